# The network around a link, in a VPC of its own: further blocks and IPv6, prefix lists in rules, keys, flow logs, and an
# interface with several addresses.

data "aws_ami" "linux" {
  provider    = aws.consumer
  owners      = ["amazon"]
  most_recent = true

  filter {
    name   = "name"
    values = ["al2023-ami-*-x86_64"]
  }
}

data "aws_ec2_managed_prefix_list" "s3" {
  provider = aws.consumer
  name     = "com.amazonaws.us-east-1.s3"
}

resource "aws_vpc" "network" {
  provider                         = aws.consumer
  cidr_block                       = "10.0.0.0/16"
  assign_generated_ipv6_cidr_block = true
}

resource "aws_vpc_ipv4_cidr_block_association" "network" {
  provider   = aws.consumer
  vpc_id     = aws_vpc.network.id
  cidr_block = "100.64.0.0/16"
}

resource "aws_subnet" "primary" {
  provider                        = aws.consumer
  vpc_id                          = aws_vpc.network.id
  cidr_block                      = "10.0.1.0/24"
  ipv6_cidr_block                 = cidrsubnet(aws_vpc.network.ipv6_cidr_block, 8, 1)
  assign_ipv6_address_on_creation = true
  availability_zone               = "us-east-1a"
}

resource "aws_subnet" "secondary" {
  provider                            = aws.consumer
  vpc_id                              = aws_vpc_ipv4_cidr_block_association.network.vpc_id
  cidr_block                          = "100.64.1.0/24"
  availability_zone                   = "us-east-1a"
  private_dns_hostname_type_on_launch = "resource-name"
}

resource "aws_ec2_managed_prefix_list" "offices" {
  provider       = aws.consumer
  name           = "offices-${var.revision}"
  address_family = "IPv4"
  max_entries    = 3

  entry {
    cidr        = "192.0.2.0/24"
    description = "the first"
  }

  dynamic "entry" {
    for_each = var.revision == "one" ? [] : ["198.51.100.0/24"]

    content {
      cidr = entry.value
    }
  }
}

resource "aws_security_group" "network" {
  provider    = aws.consumer
  name        = "network"
  description = "Who may come from where"
  vpc_id      = aws_vpc.network.id
}

resource "aws_vpc_security_group_ingress_rule" "offices" {
  provider          = aws.consumer
  security_group_id = aws_security_group.network.id
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  prefix_list_id    = aws_ec2_managed_prefix_list.offices.id
  description       = "revision ${var.revision}"
}

resource "aws_vpc_security_group_egress_rule" "s3" {
  provider          = aws.consumer
  security_group_id = aws_security_group.network.id
  ip_protocol       = "-1"
  prefix_list_id    = data.aws_ec2_managed_prefix_list.s3.id
}

resource "aws_key_pair" "network" {
  provider   = aws.consumer
  key_name   = "network"
  public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBOo+mAt/VTCtsnzKtnGpmyqh/8M5ZQW311mBallFXx3 network"
  tags       = { revision = var.revision }
}

resource "aws_flow_log" "network" {
  provider                 = aws.consumer
  vpc_id                   = aws_vpc.network.id
  traffic_type             = "ALL"
  log_destination_type     = "s3"
  log_destination          = "arn:aws:s3:::flows/network"
  max_aggregation_interval = 60
  tags                     = { revision = var.revision }
}

resource "aws_network_interface" "network" {
  provider        = aws.consumer
  subnet_id       = aws_subnet.primary.id
  private_ips     = var.revision == "one" ? ["10.0.1.10", "10.0.1.11"] : ["10.0.1.10", "10.0.1.12"]
  security_groups = [aws_security_group.network.id]
  description     = "revision ${var.revision}"
}

resource "aws_instance" "network" {
  provider               = aws.consumer
  ami                    = data.aws_ami.linux.id
  instance_type          = "t3.micro"
  key_name               = aws_key_pair.network.key_name
  subnet_id              = aws_subnet.secondary.id
  vpc_security_group_ids = [aws_security_group.network.id]
}
