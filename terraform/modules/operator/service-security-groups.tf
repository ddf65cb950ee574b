locals {
  # Ports on which name servers are asked.
  name_server_ports = toset(
    contains(var.name_servers, "none") ? [] :
    length(var.name_servers) == 0 ? ["53"] :
    [for server in var.name_servers : try(regex(":(\\d{1,5})$", server)[0], "53")]
  )
}

resource "aws_security_group" "load_balancer" {
  count = local.service_count

  name_prefix = "verdigris-load-balancer-"
  description = "Load balancer of the Verdigris operator"
  vpc_id      = var.service.network.vpc_id
}

resource "aws_security_group" "operator" {
  count = local.service_count

  name_prefix = "verdigris-operator-"
  description = "Verdigris operator"
  vpc_id      = var.service.network.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each = {
    for pair in setproduct(local.on_service ? var.service.client_cidrs : [], [80, 443]) : "${pair[0]} ${pair[1]}" => pair
  }

  security_group_id = aws_security_group.load_balancer[0].id
  cidr_ipv4         = each.value[0]
  ip_protocol       = "tcp"
  from_port         = each.value[1]
  to_port           = each.value[1]
}

resource "aws_vpc_security_group_egress_rule" "to_operator" {
  count = local.service_count

  security_group_id            = aws_security_group.load_balancer[0].id
  referenced_security_group_id = aws_security_group.operator[0].id
  ip_protocol                  = "tcp"
  from_port                    = local.api_port
  to_port                      = local.api_port
}

resource "aws_vpc_security_group_ingress_rule" "from_load_balancer" {
  count = local.service_count

  security_group_id            = aws_security_group.operator[0].id
  referenced_security_group_id = aws_security_group.load_balancer[0].id
  ip_protocol                  = "tcp"
  from_port                    = local.api_port
  to_port                      = local.api_port
}

# Out to AWS and GitHub by HTTPS, and to name servers; nowhere else.
resource "aws_vpc_security_group_egress_rule" "https" {
  count = local.service_count

  security_group_id = aws_security_group.operator[0].id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_egress_rule" "name_servers" {
  for_each = {
    for pair in setproduct(local.on_service ? local.name_server_ports : [], ["udp", "tcp"]) : "${pair[1]} ${pair[0]}" => pair
  }

  security_group_id = aws_security_group.operator[0].id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = each.value[1]
  from_port         = tonumber(each.value[0])
  to_port           = tonumber(each.value[0])
}
