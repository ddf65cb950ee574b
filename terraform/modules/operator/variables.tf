variable "runs_on" {
  type        = string
  description = "service: on Fargate behind a load balancer. function: on Lambda behind an HTTP API."

  validation {
    condition     = contains(["service", "function"], var.runs_on)
    error_message = "The operator runs on service or function."
  }
}

variable "environments" {
  type = list(object({
    record         = string
    preview        = optional(string)
    hosted_zone_id = string
    sides = list(object({
      cluster_arn          = string
      service_arn          = string
      tasks_arn            = string
      task_definitions_arn = string
      passed_role_arns     = list(string)
      log_group_arns       = list(string)
    }))
  }))
  description = "What it may release to. Its permissions are computed from these, and go no further. sides: the output sides of the cluster modules."

  validation {
    condition = alltrue([
      for name in flatten([for e in var.environments : [e.record, coalesce(e.preview, e.record)]]) :
      can(regex("^[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*$", name))
    ])
    error_message = "Give names in lower case and without the last dot, as the condition on record names wants them. Wildcard names are not taken."
  }
}

variable "name" {
  type        = object({ domain_name = string, hosted_zone_id = optional(string), certificate_arn = optional(string) })
  description = "The name of the API and console, none of the environments' own. With hosted_zone_id an alias record for it is made. certificate_arn: needed by a function with a name."
  default     = null

  validation {
    condition     = var.name != null || var.runs_on == "function"
    error_message = "A service needs a name, which its certificate is for."
  }

  validation {
    condition     = var.name == null || var.runs_on == "service" ? true : var.name.certificate_arn != null
    error_message = "A function with a name needs name.certificate_arn."
  }

  validation {
    condition = var.name == null ? true : !contains(
      flatten([for e in var.environments : [e.record, coalesce(e.preview, e.record), "_verdigris.${e.record}"]]),
      trimsuffix(lower(var.name.domain_name), "."),
    )
    error_message = "That is a name of an environment, whose records are the operator's to change and not Terraform's. Give the operator a name of its own."
  }
}

variable "table" {
  type        = object({ name = string, arn = string, region = string })
  description = "An existing table with string keys pk and sk; null: a table named verdigris is made."
  default     = null
}

variable "assumed_role_arns" {
  type        = list(string)
  description = "Roles of sides in other accounts, which verdigris.yaml names as role."
  default     = []
}

variable "zone_role_arn" {
  type        = string
  description = "A role to assume for the hosted zones, when they are in another account; null: the operator's own role changes records."
  default     = null
}

variable "name_servers" {
  type        = list(string)
  description = "Name servers to ask instead of a zone's own, with a port where it is not 53; [\"none\"]: take Route 53's word that a change is in sync; []: the zone's own."
  default     = []

  validation {
    condition     = alltrue([for server in var.name_servers : can(regex("^(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?$", server))])
    error_message = "A name server is a name or an address, an IPv6 address in brackets, and perhaps a port: 192.0.2.53:53."
  }
}

variable "github_secret_arn" {
  type        = string
  description = "A secret with JSON {\"token\":\"…\",\"webhookSecret\":\"…\"}; null: nothing is sent to or taken from GitHub."
  default     = null
}

variable "metrics" {
  type        = bool
  description = "Whether it may count requests in CloudWatch, to tell when the old side is quiet."
  default     = true
}

variable "logs" {
  type        = bool
  description = "Whether it may show the app's log."
  default     = true
}

variable "log_retention_days" {
  type        = number
  description = "How long the operator's own log is kept, in days."
  default     = 90
}

variable "service" {
  type = object({
    image            = string
    repository_arn   = optional(string)
    certificate_arns = list(string)
    network = object({
      vpc_id                   = string
      load_balancer_subnet_ids = list(string)
      task_subnet_ids          = list(string)
      task_public_addresses    = optional(bool, false)
    })
    tasks               = optional(number, 2)
    cpu                 = optional(number, 256)
    memory_mib          = optional(number, 512)
    architecture        = optional(string, "X86_64")
    internal            = optional(bool, false)
    client_cidrs        = optional(list(string), ["0.0.0.0/0"])
    ssl_policy          = optional(string, "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09")
    deletion_protection = optional(bool, true)
  })
  description = "What the operator as a service is made of. image: its image, whose entry point is the command verdigris. repository_arn: the ECR repository to pull from."
  default     = null

  validation {
    condition     = var.service != null || var.runs_on == "function"
    error_message = "A service needs the variable service."
  }
}

variable "function" {
  type = object({
    code_path = string
    runtime   = optional(string, "nodejs24.x")
  })
  description = "What the operator as a function is made of. code_path: the folder that holds lambda.mjs, dist/lambda of a built Verdigris. Lambda deprecates nodejs22.x in April 2027, nodejs24.x in April 2028."
  default     = null

  validation {
    condition     = var.function != null || var.runs_on == "service"
    error_message = "A function needs the variable function."
  }
}
