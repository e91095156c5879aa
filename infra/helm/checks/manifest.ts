export type Labels = Record<string, string>

interface EnvVar {
  name: string
  value?: string
  valueFrom?: { secretKeyRef?: { name: string; key: string; optional?: boolean }; fieldRef?: { fieldPath: string } }
}

interface Probe {
  httpGet: { path: string; port: string; scheme?: string }
  periodSeconds: number
  failureThreshold?: number
}

export interface Container {
  name: string
  image: string
  env?: EnvVar[]
  envFrom?: { configMapRef: { name: string } }[]
  ports?: { name: string; containerPort: number }[]
  resources: { requests?: Labels; limits?: Labels }
  securityContext: {
    allowPrivilegeEscalation: boolean
    readOnlyRootFilesystem: boolean
    capabilities: { drop: string[] }
  }
  lifecycle?: { preStop: { exec: { command: string[] } } }
  startupProbe?: Probe
  livenessProbe?: Probe
  readinessProbe?: Probe
  volumeMounts?: { name: string; mountPath: string }[]
}

interface PodSpec {
  enableServiceLinks: boolean
  automountServiceAccountToken: boolean
  serviceAccountName: string
  terminationGracePeriodSeconds?: number
  securityContext: { runAsNonRoot: boolean; runAsUser: number; seccompProfile: { type: string } }
  containers: Container[]
  volumes?: {
    name: string
    secret?: { secretName: string; items?: { key: string }[] }
    configMap?: { name: string }
    emptyDir?: { sizeLimit: string }
  }[]
}

interface Peer {
  podSelector?: { matchLabels?: Labels }
  namespaceSelector?: { matchLabels?: Labels }
  ipBlock?: { cidr: string; except?: string[] }
}

/** An object of Kubernetes, as far as our rules look at it; the schemas look at the rest. */
export interface Manifest {
  apiVersion: string
  kind: string
  metadata: { name: string; labels: Labels; annotations?: Labels }
  type?: string
  data?: Labels
  stringData?: Labels
  spec?: {
    replicas?: number
    serviceName?: string
    minReplicas?: number
    maxReplicas?: number
    maxUnavailable?: number
    clusterIP?: string
    template?: { metadata: { labels: Labels; annotations: Labels }; spec: PodSpec }
    /** A Service's are labels; all others have them in matchLabels. */
    selector?: { [label: string]: string | Labels }
    podSelector?: { matchLabels: Labels }
    scaleTargetRef?: { kind: string; name: string }
    ports?: { name: string; port: number; targetPort: string }[]
    podMetricsEndpoints?: { port: string; path: string }[]
    rules?: { http: { paths: { backend: { service: { name: string; port: { name: string } } } }[] } }[]
    ingress?: { from?: Peer[]; ports?: { port: string | number }[] }[]
    egress?: { to?: Peer[]; ports?: { port: string | number }[] }[]
    policyTypes?: string[]
    secretName?: string
    dnsNames?: string[]
    /** Of a PrometheusRule. */
    groups?: { name: string }[]
  }
}
