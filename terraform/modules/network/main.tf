# Public subnets for load balancers, private ones with a way out for tasks, and gateway endpoints so
# that traffic to S3 (where ECR keeps layers) and DynamoDB passes no NAT gateway.

data "aws_region" "current" {}

data "aws_availability_zones" "available" {
  state = "available"

  # Local zones have no NAT gateways and few instance types.
  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

locals {
  zones = slice(data.aws_availability_zones.available.names, 0, var.availability_zones)
  nats  = coalesce(var.nat_gateways, var.availability_zones)
}

resource "aws_vpc" "this" {
  cidr_block                       = var.cidr_block
  enable_dns_support               = true
  enable_dns_hostnames             = true
  assign_generated_ipv6_cidr_block = var.dual_stack
  tags                             = { Name = var.name }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = var.name }
}

resource "aws_subnet" "public" {
  count = length(local.zones)

  vpc_id            = aws_vpc.this.id
  availability_zone = local.zones[count.index]
  cidr_block        = cidrsubnet(var.cidr_block, 4, count.index)
  ipv6_cidr_block   = var.dual_stack ? cidrsubnet(aws_vpc.this.ipv6_cidr_block, 8, count.index) : null
  # Load balancers, NAT gateways and tasks that ask for one get a public address without it.
  map_public_ip_on_launch = false
  tags                    = { Name = "${var.name}-public-${local.zones[count.index]}" }
}

resource "aws_subnet" "tasks" {
  count = local.nats > 0 ? length(local.zones) : 0

  vpc_id            = aws_vpc.this.id
  availability_zone = local.zones[count.index]
  cidr_block        = cidrsubnet(var.cidr_block, 4, count.index + 8)
  tags              = { Name = "${var.name}-tasks-${local.zones[count.index]}" }
}

resource "aws_eip" "nat" {
  count = local.nats

  domain = "vpc"
  tags   = { Name = "${var.name}-nat-${local.zones[count.index]}" }
}

resource "aws_nat_gateway" "this" {
  count = local.nats

  allocation_id = aws_eip.nat[count.index].id
  subnet_id     = aws_subnet.public[count.index].id
  tags          = { Name = "${var.name}-${local.zones[count.index]}" }

  depends_on = [aws_internet_gateway.this]
}
