resource "aws_lb" "operator" {
  count = local.service_count

  name                       = "verdigris-operator"
  load_balancer_type         = "application"
  internal                   = var.service.internal
  subnets                    = var.service.network.load_balancer_subnet_ids
  security_groups            = [aws_security_group.load_balancer[0].id]
  enable_deletion_protection = var.service.deletion_protection
  drop_invalid_header_fields = true
}

resource "aws_lb_target_group" "operator" {
  count = local.service_count

  name                 = "verdigris-operator"
  vpc_id               = var.service.network.vpc_id
  target_type          = "ip"
  protocol             = "HTTP"
  port                 = local.api_port
  deregistration_delay = 30

  health_check {
    path                = "/healthz"
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener" "operator" {
  count = local.service_count

  load_balancer_arn = aws_lb.operator[0].arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = var.service.ssl_policy
  certificate_arn   = var.service.certificate_arns[0]

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.operator[0].arn
  }
}

resource "aws_lb_listener_certificate" "more" {
  count = local.on_service ? length(var.service.certificate_arns) - 1 : 0

  listener_arn    = aws_lb_listener.operator[0].arn
  certificate_arn = var.service.certificate_arns[count.index + 1]
}

resource "aws_lb_listener" "redirect" {
  count = local.service_count

  load_balancer_arn = aws_lb.operator[0].arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"

    redirect {
      protocol    = "HTTPS"
      port        = "443"
      status_code = "HTTP_301"
    }
  }
}

# The one record that Terraform makes: the operator's own name, never an environment's.
resource "aws_route53_record" "operator" {
  count = local.on_service && try(var.name.hosted_zone_id, null) != null ? 1 : 0

  zone_id = var.name.hosted_zone_id
  name    = var.name.domain_name
  type    = "A"

  alias {
    name                   = aws_lb.operator[0].dns_name
    zone_id                = aws_lb.operator[0].zone_id
    evaluate_target_health = false
  }
}
