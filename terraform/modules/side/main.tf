# One whole set of infrastructure of an environment. The operator owns what the service runs and how
# many tasks it has, and every DNS record: there is none here.

data "aws_region" "current" {}

locals {
  # The service's own family, in which the operator registers a revision for each deployment.
  family = var.cluster_name
  # What each deployment is based on.
  template_family = "${var.cluster_name}-template"
  # What task definitions must be fit for.
  compatibilities = var.instances == null ? ["FARGATE"] : ["EC2", "FARGATE"]
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
  launch_type                        = var.instances == null ? "FARGATE" : null
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  health_check_grace_period_seconds  = var.health_check_grace_period_seconds
  enable_ecs_managed_tags            = true

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  dynamic "capacity_provider_strategy" {
    for_each = aws_ecs_capacity_provider.instances[*].name

    content {
      capacity_provider = capacity_provider_strategy.value
      weight            = 1
    }
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
    # The operator's: what runs, how many, and in tags what it remembers of the deployment. The last two
    # because hashicorp/aws, by its version, replaces the service when they change, or refuses to.
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
      launch_type,
      capacity_provider_strategy,
    ]

    postcondition {
      condition     = (self.launch_type == "FARGATE") == (var.instances == null)
      error_message = "${var.cluster_name} was made to run its tasks on ${var.instances == null ? "instances" : "Fargate"}, and stays on that: nothing was changed. To move it, replace its service while it is the standby, with -target for the side and -replace for the service."
    }
  }

  depends_on = [
    aws_lb_listener.https,
    aws_iam_role_policy.placeholder_execution,
    aws_ecs_cluster_capacity_providers.instances,
  ]
}
