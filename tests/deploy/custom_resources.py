"""The fields of the custom resources that our manifests use, as their documentation has them; any other is an error.

Written by hand, in November 2026, from https://keda.sh/docs/latest/reference/scaledobject-spec/,
https://keda.sh/docs/latest/scalers/aws-sqs/, https://keda.sh/docs/latest/concepts/authentication/ and
https://external-secrets.io/latest/api/externalsecret/. The definitions themselves are YAML files of Go projects, which
no package index has: a field that we do not use is not here.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Count = int
Text = str


class Closed(BaseModel):
    """Nothing besides, and nothing converted: KEDA's metadata are texts, numbers and booleans included."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Metadata(Closed):
    name: Text
    namespace: Text
    labels: dict[str, str] = Field(default_factory=dict)


class Named(Closed):
    name: Text


class ScaleTarget(Closed):
    name: Text
    apiVersion: Literal["apps/v1"] = "apps/v1"
    kind: Literal["Deployment"] = "Deployment"


class Fallback(Closed):
    failureThreshold: Count = Field(ge=1)
    replicas: Count = Field(ge=0)


class Policy(Closed):
    type: Literal["Pods", "Percent"]
    value: Count = Field(ge=1)
    periodSeconds: Count = Field(ge=1, le=1800)


class Rules(Closed):
    stabilizationWindowSeconds: Count = Field(ge=0, le=3600)
    policies: list[Policy]


class Behavior(Closed):
    scaleDown: Rules | None = None
    scaleUp: Rules | None = None


class Autoscaler(Closed):
    behavior: Behavior


class Advanced(Closed):
    horizontalPodAutoscalerConfig: Autoscaler


class SqsMetadata(Closed):
    queueURLFromEnv: Text
    awsRegion: Text
    queueLength: Text = Field(pattern="^[1-9][0-9]*$")
    scaleOnInFlight: Literal["true", "false"]
    awsEndpoint: Text | None = None


class Trigger(Closed):
    type: Literal["aws-sqs-queue"]
    metadata: SqsMetadata
    authenticationRef: Named


class ScaledObjectSpec(Closed):
    scaleTargetRef: ScaleTarget
    minReplicaCount: Count = Field(ge=0)
    maxReplicaCount: Count = Field(ge=1)
    pollingInterval: Count = Field(ge=1)
    cooldownPeriod: Count = Field(ge=0)
    fallback: Fallback | None = None
    advanced: Advanced | None = None
    triggers: list[Trigger] = Field(min_length=1)


class ScaledObject(Closed):
    apiVersion: Literal["keda.sh/v1alpha1"]
    kind: Literal["ScaledObject"]
    metadata: Metadata
    spec: ScaledObjectSpec


class PodIdentity(Closed):
    provider: Literal["aws"]
    identityOwner: Literal["keda", "workload"] = "keda"


class AuthenticationSpec(Closed):
    podIdentity: PodIdentity


class TriggerAuthentication(Closed):
    apiVersion: Literal["keda.sh/v1alpha1"]
    kind: Literal["TriggerAuthentication"]
    metadata: Metadata
    spec: AuthenticationSpec


class Store(Closed):
    kind: Literal["SecretStore", "ClusterSecretStore"]
    name: Text


class Target(Closed):
    name: Text
    creationPolicy: Literal["Owner", "Orphan", "Merge", "None"]


class Remote(Closed):
    key: Text
    property: Text | None = None


class Entry(Closed):
    secretKey: Text
    remoteRef: Remote


class ExternalSecretSpec(Closed):
    refreshInterval: Text = Field(pattern="^([0-9]+h)?([0-9]+m)?([0-9]+s)?$")
    secretStoreRef: Store
    target: Target
    data: list[Entry]


class ExternalSecret(Closed):
    apiVersion: Literal["external-secrets.io/v1"]
    kind: Literal["ExternalSecret"]
    metadata: Metadata
    spec: ExternalSecretSpec


KINDS: dict[str, type[Closed]] = {one.__name__: one for one in (ScaledObject, TriggerAuthentication, ExternalSecret)}


def check(one: dict[str, Any]) -> None:
    """Raises pydantic's ValidationError."""
    KINDS[one["kind"]].model_validate(one)
