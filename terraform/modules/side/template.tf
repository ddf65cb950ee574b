# The task definition that each deployment is based on. No service runs it: the operator registers a
# revision of it, with the release's image, in the family of the service. A change of it ships with the
# next release, by way of the standby.

locals {
  template_container = merge(
    {
      name         = var.app.container
      image        = var.app.image
      essential    = true
      portMappings = [{ containerPort = var.app.port, protocol = "tcp" }]
      environment  = [for name, value in var.app.environment : { name = name, value = value }]
      secrets      = [for name, from in var.app.secrets : { name = name, valueFrom = from }]

      readonlyRootFilesystem = var.app.readonly_root_filesystem
      stopTimeout            = var.app.stop_timeout_seconds

      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.app.name
          awslogs-region        = data.aws_region.current.region
          awslogs-stream-prefix = "app"
        }
      }
    },
    var.app.command == null ? {} : { command = var.app.command },
  )

  secret_arns = distinct([
    for from in values(var.app.secrets) : regex("^arn:[^:]+:secretsmanager:[^:]+:[^:]+:secret:[^:]+", from)
  ])
}

resource "aws_ecs_task_definition" "template" {
  family                   = local.template_family
  requires_compatibilities = local.compatibilities
  network_mode             = "awsvpc"
  cpu                      = var.app.cpu
  memory                   = var.app.memory_mib
  task_role_arn            = aws_iam_role.task.arn
  execution_role_arn       = aws_iam_role.execution.arn
  container_definitions    = jsonencode([local.template_container])

  runtime_platform {
    cpu_architecture        = var.app.architecture
    operating_system_family = "LINUX"
  }
}

data "aws_iam_policy_document" "tasks_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

# What the app's own calls to AWS are allowed by; attach its policies to the output task_role_name.
resource "aws_iam_role" "task" {
  name_prefix        = "${var.cluster_name}-"
  assume_role_policy = data.aws_iam_policy_document.tasks_trust.json
}

# What ECS pulls the image, reads secrets and writes logs with.
resource "aws_iam_role" "execution" {
  name_prefix        = "${var.cluster_name}-"
  assume_role_policy = data.aws_iam_policy_document.tasks_trust.json
}

data "aws_iam_policy_document" "execution" {
  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.app.arn}:*"]
  }

  dynamic "statement" {
    for_each = var.app.repository_arn[*]

    content {
      sid       = "Pull"
      actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
      resources = [statement.value]
    }
  }

  dynamic "statement" {
    for_each = var.app.repository_arn[*]

    content {
      sid       = "SignIn"
      actions   = ["ecr:GetAuthorizationToken"]
      resources = ["*"]
    }
  }

  dynamic "statement" {
    for_each = length(local.secret_arns) > 0 ? [local.secret_arns] : []

    content {
      sid       = "Secrets"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = statement.value
    }
  }
}

resource "aws_iam_role_policy" "execution" {
  role   = aws_iam_role.execution.id
  policy = data.aws_iam_policy_document.execution.json
}
