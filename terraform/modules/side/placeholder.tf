# The first revision in the family of the service. Nothing that an app may want to change is in it.

locals {
  # nginx that answers 200 on every path: the image's own site knows no health path.
  nginx_site = "server { listen ${var.app.port}; location / { default_type text/plain; return 200 \"This side waits for its first deployment.\\n\"; } }"

  nginx = {
    image = "public.ecr.aws/docker/library/nginx:stable-alpine"
    command = [
      "sh",
      "-c",
      "printf '%s' '${local.nginx_site}' > /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'",
    ]
  }

  placeholder_image   = var.placeholder == null ? local.nginx.image : var.placeholder.image
  placeholder_command = var.placeholder == null ? local.nginx.command : var.placeholder.command
}

resource "aws_ecs_task_definition" "placeholder" {
  family                   = local.family
  requires_compatibilities = local.compatibilities
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = aws_iam_role.placeholder_execution.arn

  container_definitions = jsonencode([merge(
    {
      name         = var.app.container
      image        = local.placeholder_image
      essential    = true
      portMappings = [{ containerPort = var.app.port, protocol = "tcp" }]

      logConfiguration = {
        logDriver = "awslogs"
        options = {
          awslogs-group         = aws_cloudwatch_log_group.app.name
          awslogs-region        = data.aws_region.current.region
          awslogs-stream-prefix = "placeholder"
        }
      }
    },
    local.placeholder_command == null ? {} : { command = local.placeholder_command },
  )])
}

# Apart from the app's, so that a change of the app changes nothing of what a new side runs.
resource "aws_iam_role" "placeholder_execution" {
  name_prefix        = "${var.cluster_name}-"
  assume_role_policy = data.aws_iam_policy_document.tasks_trust.json
}

data "aws_iam_policy_document" "placeholder_execution" {
  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.app.arn}:*"]
  }
}

resource "aws_iam_role_policy" "placeholder_execution" {
  role   = aws_iam_role.placeholder_execution.id
  policy = data.aws_iam_policy_document.placeholder_execution.json
}
