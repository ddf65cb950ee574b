resource "aws_security_group" "load_balancer" {
  name_prefix = "${var.cluster_name}-load-balancer-"
  description = "Load balancer of ${var.cluster_name}"
  vpc_id      = var.network.vpc_id
}

resource "aws_security_group" "tasks" {
  name_prefix = "${var.cluster_name}-tasks-"
  description = "Tasks of ${var.cluster_name}"
  vpc_id      = var.network.vpc_id
}

# Tasks have groups of their own; nobody connects to an instance.
resource "aws_security_group" "instances" {
  count = var.instances == null ? 0 : 1

  name_prefix = "${var.cluster_name}-instances-"
  description = "Instances of ${var.cluster_name}"
  vpc_id      = var.network.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each = { for pair in setproduct(var.load_balancer.client_cidrs, [80, 443]) : "${pair[0]} ${pair[1]}" => pair }

  security_group_id = aws_security_group.load_balancer.id
  cidr_ipv4         = each.value[0]
  ip_protocol       = "tcp"
  from_port         = each.value[1]
  to_port           = each.value[1]
}

resource "aws_vpc_security_group_ingress_rule" "clients_ipv6" {
  for_each = {
    for pair in setproduct(var.load_balancer.dual_stack ? var.load_balancer.client_ipv6_cidrs : [], [80, 443]) :
    "${pair[0]} ${pair[1]}" => pair
  }

  security_group_id = aws_security_group.load_balancer.id
  cidr_ipv6         = each.value[0]
  ip_protocol       = "tcp"
  from_port         = each.value[1]
  to_port           = each.value[1]
}

resource "aws_vpc_security_group_egress_rule" "to_tasks" {
  security_group_id            = aws_security_group.load_balancer.id
  referenced_security_group_id = aws_security_group.tasks.id
  ip_protocol                  = "tcp"
  from_port                    = var.app.port
  to_port                      = var.app.port
}

resource "aws_vpc_security_group_ingress_rule" "from_load_balancer" {
  security_group_id            = aws_security_group.tasks.id
  referenced_security_group_id = aws_security_group.load_balancer.id
  ip_protocol                  = "tcp"
  from_port                    = var.app.port
  to_port                      = var.app.port
}

resource "aws_vpc_security_group_egress_rule" "from_tasks" {
  security_group_id = aws_security_group.tasks.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

resource "aws_vpc_security_group_egress_rule" "from_instances" {
  count = var.instances == null ? 0 : 1

  security_group_id = aws_security_group.instances[0].id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}
