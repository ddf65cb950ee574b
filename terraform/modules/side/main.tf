# One whole set of infrastructure of an environment. The operator owns what the service runs and how
# many tasks it has, and every DNS record: there is none here.

data "aws_region" "current" {}

locals {
  # The service's own family, in which the operator registers a revision for each deployment.
  family = var.cluster_name
  # What each deployment is based on.
  template_family = "${var.cluster_name}-template"
}

resource "aws_ecs_cluster" "this" {
  name = var.cluster_name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_cloudwatch_log_group" "app" {
  name_prefix       = "/verdigris/${var.cluster_name}-"
  retention_in_days = var.log_retention_days
}

resource "aws_ecs_service" "this" {
  name            = var.service_name
  cluster         = aws_ecs_cluster.this.id
  task_definition = aws_ecs_task_definition.placeholder.arn
  # The placeholder's, while the service is made.
  desired_count                      = 1
  launch_type                        = "FARGATE"
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  health_check_grace_period_seconds  = var.health_check_grace_period_seconds
  enable_ecs_managed_tags            = true

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.this.arn
    container_name   = var.app.container
    container_port   = var.app.port
  }

  network_configuration {
    subnets          = var.network.task_subnet_ids
    security_groups  = [aws_security_group.tasks.id]
    assign_public_ip = var.network.task_public_addresses
  }

  lifecycle {
    # The operator's: what runs, how many, and in tags what it remembers of the deployment.
    ignore_changes = [
      task_definition,
      desired_count,
      tags["verdigris:deployment"],
      tags["verdigris:task-definition"],
      tags["verdigris:before"],
      tags["verdigris:failure"],
      tags["verdigris:replaced"],
      tags_all["verdigris:deployment"],
      tags_all["verdigris:task-definition"],
      tags_all["verdigris:before"],
      tags_all["verdigris:failure"],
      tags_all["verdigris:replaced"],
    ]
  }

  depends_on = [aws_lb_listener.https, aws_iam_role_policy.placeholder_execution]
}
