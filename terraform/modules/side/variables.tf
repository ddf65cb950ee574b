variable "side" {
  type        = string
  description = "The side's identity, which never changes."

  validation {
    condition     = contains(["main", "blue", "green"], var.side)
    error_message = "A side is main, blue or green."
  }
}

variable "cluster_name" {
  type        = string
  description = "Name of the side's cluster and load balancer, unique in account and region. The families of its task definitions are named after it. A side keeps the name it was made with."

  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9-]{0,30}[A-Za-z0-9]$", var.cluster_name)) && !startswith(var.cluster_name, "internal-")
    error_message = "A load balancer's name is 2 to 32 letters, digits and hyphens, neither begins nor ends with a hyphen, and does not begin with internal-."
  }
}

variable "service_name" {
  type        = string
  description = "Name of the service in the cluster. A side keeps the name it was made with."

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]{1,255}$", var.service_name))
    error_message = "A service's name is 1 to 255 letters, digits, hyphens and underscores."
  }
}

variable "network" {
  type = object({
    vpc_id                   = string
    load_balancer_subnet_ids = list(string)
    task_subnet_ids          = list(string)
    task_public_addresses    = optional(bool, false)
  })
  description = "Where the side is. Tasks in public subnets need public addresses to get out."
}

variable "app" {
  type = object({
    image                    = string
    repository_arn           = optional(string)
    container                = optional(string, "app")
    port                     = optional(number, 8080)
    cpu                      = optional(number, 256)
    memory_mib               = optional(number, 512)
    architecture             = optional(string, "X86_64")
    environment              = optional(map(string), {})
    secrets                  = optional(map(string), {})
    command                  = optional(list(string))
    readonly_root_filesystem = optional(bool, false)
    stop_timeout_seconds     = optional(number, 30)
  })
  description = "What the app wants of its tasks. A change ships with the next release. Of the image the repository counts: each deployment puts the release's digest in place of the tag. repository_arn: the ECR repository to pull from. secrets: names to what valueFrom of a task definition takes of Secrets Manager. container and port stay as the side was made with."

  validation {
    condition     = var.app.port >= 1 && var.app.port <= 65535 && floor(var.app.port) == var.app.port
    error_message = "A port is a whole number from 1 to 65535."
  }

  validation {
    condition     = alltrue([for secret in values(var.app.secrets) : can(regex("^arn:[^:]+:secretsmanager:[^:]+:[^:]+:secret:[^:]+", secret))])
    error_message = "A secret is given by its ARN in Secrets Manager, with :key:: after it for one key of its JSON."
  }
}

variable "load_balancer" {
  type = object({
    certificate_arns    = list(string)
    internal            = optional(bool, false)
    dual_stack          = optional(bool, false)
    client_cidrs        = optional(list(string), ["0.0.0.0/0"])
    client_ipv6_cidrs   = optional(list(string), ["::/0"])
    ssl_policy          = optional(string, "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09")
    deletion_protection = optional(bool, true)
    access_logs         = optional(object({ bucket = string, prefix = optional(string) }))
  })
  description = "How visitors reach the side. The certificates must be valid for record and preview; the first is the listener's own. client_ipv6_cidrs counts with dual_stack only."

  validation {
    condition     = length(var.load_balancer.certificate_arns) > 0
    error_message = "A load balancer needs at least one certificate, since it answers on TLS only."
  }
}

variable "health_path" {
  type        = string
  description = "Path that answers 200 when a task is well: build.health of verdigris.yaml."
  default     = "/health"
}

variable "instances" {
  type = object({
    instance_type = string
    hardware      = optional(string, "STANDARD")
    min_instances = optional(number, 0)
    max_instances = number
  })
  description = "Instances to run tasks on; null: Fargate. hardware: STANDARD for x86, ARM64 for Graviton. ECS sets how many there are. A side stays on what it was made with, unless its service is replaced."
  default     = null

  validation {
    condition = var.instances == null ? true : (
      var.instances.min_instances >= 0 && var.instances.max_instances >= 1 &&
      var.instances.max_instances >= var.instances.min_instances
    )
    error_message = "min_instances must be at least 0, max_instances at least 1 and not below it."
  }

  validation {
    condition     = var.instances == null ? true : contains(["STANDARD", "ARM64"], var.instances.hardware)
    error_message = "hardware is STANDARD or ARM64."
  }

  validation {
    condition     = var.instances == null ? true : (var.instances.hardware == "ARM64") == (var.app.architecture == "ARM64")
    error_message = "Tasks start only on instances of app.architecture: ARM64 on hardware ARM64, X86_64 on STANDARD."
  }

  validation {
    condition     = var.instances == null || !var.network.task_public_addresses
    error_message = "Tasks on instances get no public address, so they need private subnets with a way out."
  }
}

variable "scaling" {
  type = object({
    min_tasks           = number
    max_tasks           = number
    cpu_percent         = optional(number, 60)
    requests_per_minute = optional(number)
  })
  description = "Bounds between which the number of tasks follows the load; null: the operator alone sets it. min_tasks should not be below tasks of the environment in verdigris.yaml."
  default     = null

  validation {
    condition     = var.scaling == null ? true : var.scaling.min_tasks >= 1 && var.scaling.max_tasks >= var.scaling.min_tasks
    error_message = "min_tasks must be at least 1 and max_tasks not below it."
  }
}

variable "placeholder" {
  type        = object({ image = string, command = optional(list(string)) })
  description = "What runs before the first deployment, answering 200 on the app's port on every path; null: nginx from Amazon's public registry."
  default     = null
}

variable "log_retention_days" {
  type        = number
  description = "How long the app's log is kept, in days."
  default     = 90
}

variable "health_check_grace_period_seconds" {
  type        = number
  description = "How long a task that just started may fail the load balancer's checks."
  default     = 60
}
