# The consumer: a network with the same addresses, and an endpoint in it. Its second subnet and group come by association.

resource "aws_vpc" "consumer" {
  provider             = aws.consumer
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "consumer" {
  provider          = aws.consumer
  count             = 3
  vpc_id            = aws_vpc.consumer.id
  cidr_block        = "10.0.${count.index + 1}.0/24"
  availability_zone = data.aws_availability_zones.available.names[count.index % 2]
}

resource "aws_security_group" "endpoint" {
  provider    = aws.consumer
  count       = 2
  name        = "endpoint-${count.index}"
  description = "Who may use the endpoint"
  vpc_id      = aws_vpc.consumer.id

  ingress {
    description = "revision ${var.revision}"
    protocol    = "tcp"
    from_port   = 80
    to_port     = 80
    cidr_blocks = [aws_vpc.consumer.cidr_block]
  }
}

data "aws_vpc_endpoint_service" "service" {
  provider     = aws.consumer
  service_name = aws_vpc_endpoint_service.service.service_name
  depends_on   = [aws_vpc_endpoint_service_allowed_principal.consumer]
}

resource "aws_vpc_endpoint" "consumer" {
  provider           = aws.consumer
  vpc_id             = aws_vpc.consumer.id
  service_name       = data.aws_vpc_endpoint_service.service.service_name
  vpc_endpoint_type  = "Interface"
  subnet_ids         = slice(aws_subnet.consumer[*].id, 0, 2)
  security_group_ids = [aws_security_group.endpoint[0].id]
  tags               = { revision = var.revision }
}

# Only an accepted endpoint of a verified name may have it.
resource "aws_vpc_endpoint_private_dns" "consumer" {
  provider            = aws.consumer
  vpc_endpoint_id     = aws_vpc_endpoint_connection_accepter.consumer.vpc_endpoint_id
  private_dns_enabled = true
  depends_on          = [aws_vpc_endpoint_service_private_dns_verification.service]
}

resource "aws_vpc_endpoint" "associated" {
  provider           = aws.consumer
  vpc_id             = aws_vpc.consumer.id
  service_name       = data.aws_vpc_endpoint_service.service.service_name
  vpc_endpoint_type  = "Interface"
  subnet_ids         = [aws_subnet.consumer[0].id]
  security_group_ids = [aws_security_group.endpoint[0].id]

  lifecycle {
    ignore_changes = [subnet_ids, security_group_ids]
  }
}

resource "aws_vpc_endpoint_subnet_association" "associated" {
  provider        = aws.consumer
  vpc_endpoint_id = aws_vpc_endpoint.associated.id
  subnet_id       = aws_subnet.consumer[1].id
}

resource "aws_vpc_endpoint_security_group_association" "associated" {
  provider          = aws.consumer
  vpc_endpoint_id   = aws_vpc_endpoint.associated.id
  security_group_id = aws_security_group.endpoint[1].id
}

resource "aws_vpc_endpoint_policy" "associated" {
  provider        = aws.consumer
  vpc_endpoint_id = aws_vpc_endpoint.associated.id
  policy = jsonencode({
    Statement = [{ Action = "*", Effect = "Allow", Principal = "*", Resource = "*" }]
  })
}

data "aws_vpc_endpoint" "consumer" {
  provider = aws.consumer
  id       = aws_vpc_endpoint_connection_accepter.consumer.vpc_endpoint_id
}

output "endpoint_state" {
  value = data.aws_vpc_endpoint.consumer.state
}

output "endpoint_interfaces" {
  value = length(data.aws_vpc_endpoint.consumer.network_interface_ids)
}
