# A private link between two accounts, with the real AWS provider: everything a provider and a consumer of a service write.
# terraform.conformance.ts applies it to an Underpass of its own, looks for drift, changes it and destroys it.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

variable "endpoint" {
  type = string
}

variable "provider_account" {
  type = string
}

variable "consumer_account" {
  type = string
}

# What the second apply changes.
variable "revision" {
  type    = string
  default = "one"
}

variable "listener_port" {
  type    = number
  default = 80
}

provider "aws" {
  alias  = "provider"
  region = "us-east-1"

  endpoints {
    ec2   = var.endpoint
    elbv2 = var.endpoint
    sts   = var.endpoint
  }

  assume_role {
    role_arn = "arn:aws:iam::${var.provider_account}:role/OrganizationAccountAccessRole"
  }

  default_tags {
    tags = { revision = var.revision }
  }
}

provider "aws" {
  alias  = "consumer"
  region = "us-east-1"

  endpoints {
    ec2   = var.endpoint
    elbv2 = var.endpoint
    sts   = var.endpoint
  }

  assume_role {
    role_arn = "arn:aws:iam::${var.consumer_account}:role/OrganizationAccountAccessRole"
  }
}

data "aws_availability_zones" "available" {
  provider = aws.provider
  state    = "available"
}

data "aws_caller_identity" "consumer" {
  provider = aws.consumer
}
