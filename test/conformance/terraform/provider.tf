# The provider of the service: a network, two targets, a load balancer, and the service in front of it.

resource "aws_vpc" "provider" {
  provider             = aws.provider
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_vpc_dhcp_options" "provider" {
  provider            = aws.provider
  domain_name         = "provider.internal"
  domain_name_servers = ["AmazonProvidedDNS"]
}

resource "aws_vpc_dhcp_options_association" "provider" {
  provider        = aws.provider
  vpc_id          = aws_vpc.provider.id
  dhcp_options_id = aws_vpc_dhcp_options.provider.id
}

resource "aws_internet_gateway" "provider" {
  provider = aws.provider
  vpc_id   = aws_vpc.provider.id
}

resource "aws_subnet" "provider" {
  provider                = aws.provider
  count                   = 2
  vpc_id                  = aws_vpc.provider.id
  cidr_block              = "10.0.${count.index + 1}.0/24"
  availability_zone       = data.aws_availability_zones.available.names[count.index]
  map_public_ip_on_launch = count.index == 0
}

resource "aws_route_table" "provider" {
  provider = aws.provider
  vpc_id   = aws_vpc.provider.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.provider.id
  }
}

resource "aws_route_table_association" "provider" {
  provider       = aws.provider
  count          = 2
  route_table_id = aws_route_table.provider.id
  subnet_id      = aws_subnet.provider[count.index].id
}

resource "aws_network_acl" "provider" {
  provider   = aws.provider
  vpc_id     = aws_vpc.provider.id
  subnet_ids = [aws_subnet.provider[1].id]

  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "tcp"
    cidr_block = "10.0.0.0/8"
    from_port  = 1
    to_port    = 65535
  }

  egress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    to_port    = 0
  }
}

resource "aws_security_group" "targets" {
  provider    = aws.provider
  name        = "targets"
  description = "What the load balancer reaches"
  vpc_id      = aws_vpc.provider.id
}

resource "aws_vpc_security_group_ingress_rule" "targets" {
  provider          = aws.provider
  security_group_id = aws_security_group.targets.id
  description       = "revision ${var.revision}"
  ip_protocol       = "tcp"
  from_port         = 8080
  to_port           = 8080
  cidr_ipv4         = aws_vpc.provider.cidr_block
}

resource "aws_vpc_security_group_egress_rule" "targets" {
  provider          = aws.provider
  security_group_id = aws_security_group.targets.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_instance" "target" {
  provider               = aws.provider
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.micro"
  subnet_id              = aws_subnet.provider[0].id
  vpc_security_group_ids = [aws_security_group.targets.id]
}

resource "aws_network_interface" "spare" {
  provider        = aws.provider
  subnet_id       = aws_subnet.provider[1].id
  description     = "held for revision ${var.revision}"
  security_groups = [aws_security_group.targets.id]
}

resource "aws_lb" "service" {
  provider                         = aws.provider
  name                             = "conformance"
  load_balancer_type               = "network"
  internal                         = true
  subnets                          = aws_subnet.provider[*].id
  enable_cross_zone_load_balancing = true
}

resource "aws_lb_target_group" "service" {
  provider             = aws.provider
  name                 = "conformance"
  port                 = 8080
  protocol             = "TCP"
  vpc_id               = aws_vpc.provider.id
  deregistration_delay = 0

  health_check {
    protocol = "TCP"
    interval = 10
  }
}

resource "aws_lb_target_group_attachment" "service" {
  provider         = aws.provider
  target_group_arn = aws_lb_target_group.service.arn
  target_id        = aws_instance.target.id
}

resource "aws_lb_listener" "service" {
  provider          = aws.provider
  load_balancer_arn = aws_lb.service.arn
  port              = var.listener_port
  protocol          = "TCP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.service.arn
  }
}

resource "aws_vpc_endpoint_service" "service" {
  provider                   = aws.provider
  acceptance_required        = true
  network_load_balancer_arns = [aws_lb.service.arn]
  private_dns_name           = "api.conformance.example.com"
}

resource "aws_vpc_endpoint_service_private_dns_verification" "service" {
  provider              = aws.provider
  service_id            = aws_vpc_endpoint_service.service.id
  wait_for_verification = true
}

resource "aws_vpc_endpoint_service_allowed_principal" "consumer" {
  provider                = aws.provider
  vpc_endpoint_service_id = aws_vpc_endpoint_service.service.id
  principal_arn           = "arn:aws:iam::${data.aws_caller_identity.consumer.account_id}:root"
}

resource "aws_vpc_endpoint_connection_notification" "service" {
  provider                    = aws.provider
  vpc_endpoint_service_id     = aws_vpc_endpoint_service.service.id
  connection_notification_arn = "arn:aws:sns:us-east-1:${var.provider_account}:connections"
  connection_events           = var.revision == "one" ? ["Accept", "Reject"] : ["Accept", "Connect"]
}

resource "aws_vpc_endpoint_connection_accepter" "consumer" {
  provider                = aws.provider
  vpc_endpoint_service_id = aws_vpc_endpoint_service.service.id
  vpc_endpoint_id         = aws_vpc_endpoint.consumer.id
}
