resource "aws_lb" "this" {
  name                       = var.cluster_name
  load_balancer_type         = "application"
  internal                   = var.load_balancer.internal
  ip_address_type            = var.load_balancer.dual_stack ? "dualstack" : "ipv4"
  subnets                    = var.network.load_balancer_subnet_ids
  security_groups            = [aws_security_group.load_balancer.id]
  enable_deletion_protection = var.load_balancer.deletion_protection
  drop_invalid_header_fields = true

  dynamic "access_logs" {
    for_each = var.load_balancer.access_logs[*]

    content {
      enabled = true
      bucket  = access_logs.value.bucket
      prefix  = access_logs.value.prefix
    }
  }
}

resource "aws_lb_target_group" "this" {
  name        = var.cluster_name
  vpc_id      = var.network.vpc_id
  target_type = "ip"
  protocol    = "HTTP"
  port        = var.app.port
  # The default, 300 s, makes each deployment that much longer (ELB User Guide, "Deregistration delay").
  deregistration_delay = 30

  health_check {
    path                = var.health_path
    matcher             = "200"
    interval            = 10
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = var.load_balancer.ssl_policy
  certificate_arn   = var.load_balancer.certificate_arns[0]

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this.arn
  }
}

resource "aws_lb_listener_certificate" "more" {
  count = length(var.load_balancer.certificate_arns) - 1

  listener_arn    = aws_lb_listener.https.arn
  certificate_arn = var.load_balancer.certificate_arns[count.index + 1]
}

resource "aws_lb_listener" "redirect" {
  load_balancer_arn = aws_lb.this.arn
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
