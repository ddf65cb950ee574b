# The operator as a Fargate service.

locals {
  service_count = local.on_service ? 1 : 0
  api_port      = 7420

  operator_container = local.on_service ? {
    name                   = "operator"
    image                  = var.service.image
    essential              = true
    command                = ["operator", "--host", "0.0.0.0", "--api-port", tostring(local.api_port)]
    portMappings           = [{ containerPort = local.api_port, protocol = "tcp" }]
    environment            = [for name, value in local.settings : { name = name, value = value }]
    readonlyRootFilesystem = true
    stopTimeout            = 30

    secrets = var.github_secret_arn == null ? [] : [
      { name = "VERDIGRIS_GITHUB_TOKEN", valueFrom = "${var.github_secret_arn}:token::" },
      { name = "VERDIGRIS_GITHUB_WEBHOOK_SECRET", valueFrom = "${var.github_secret_arn}:webhookSecret::" },
    ]

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.operator.name
        awslogs-region        = data.aws_region.current.region
        awslogs-stream-prefix = "operator"
      }
    }
  } : null
}

resource "aws_cloudwatch_log_group" "operator" {
  name_prefix       = "/verdigris/operator-"
  retention_in_days = var.log_retention_days
}

resource "aws_ecs_cluster" "operator" {
  count = local.service_count

  name = "verdigris"

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_task_definition" "operator" {
  count = local.service_count

  family                   = "verdigris-operator"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.service.cpu
  memory                   = var.service.memory_mib
  task_role_arn            = aws_iam_role.operator.arn
  execution_role_arn       = aws_iam_role.execution[0].arn
  container_definitions    = jsonencode([local.operator_container])

  runtime_platform {
    cpu_architecture        = var.service.architecture
    operating_system_family = "LINUX"
  }
}

# Terraform deploys the operator itself: nothing of this service is ignored.
resource "aws_ecs_service" "operator" {
  count = local.service_count

  name                               = "operator"
  cluster                            = aws_ecs_cluster.operator[0].id
  task_definition                    = aws_ecs_task_definition.operator[0].arn
  desired_count                      = var.service.tasks
  launch_type                        = "FARGATE"
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  health_check_grace_period_seconds  = 60
  enable_ecs_managed_tags            = true

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.operator[0].arn
    container_name   = "operator"
    container_port   = local.api_port
  }

  network_configuration {
    subnets          = var.service.network.task_subnet_ids
    security_groups  = [aws_security_group.operator[0].id]
    assign_public_ip = var.service.network.task_public_addresses
  }

  depends_on = [aws_lb_listener.operator, aws_iam_role_policy.execution, aws_iam_role_policy.operator]
}
