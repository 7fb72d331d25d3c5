using System.Text.Json.Serialization;
using Consensus.AspNetCore.Epochs;
using Consensus.AspNetCore.Events;
using Consensus.AspNetCore.Evidence;
using Consensus.AspNetCore.Health;
using Consensus.AspNetCore.KeyValue;
using Consensus.AspNetCore.Members;
using Consensus.AspNetCore.Metrics;
using Consensus.AspNetCore.Peers;
using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Sessions;
using Consensus.AspNetCore.Status;
using Consensus.AspNetCore.Workflow;

namespace Consensus.AspNetCore.Json;

/// <summary>How the API's documents are written and read: known at build time, so that the API can be trimmed.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(MetricsDocument))]
[JsonSerializable(typeof(MembershipDocument))]
[JsonSerializable(typeof(PeerListDocument))]
[JsonSerializable(typeof(MemberChangeDocument))]
[JsonSerializable(typeof(TransferDocument))]
[JsonSerializable(typeof(SealDocument))]
[JsonSerializable(typeof(OpenSessionDocument))]
[JsonSerializable(typeof(SessionDocument))]
[JsonSerializable(typeof(HealthDocument))]
[JsonSerializable(typeof(EventDocument))]
[JsonSerializable(typeof(EvidenceListDocument))]
[JsonSerializable(typeof(EvidenceItemDocument))]
[JsonSerializable(typeof(WriteDocument))]
[JsonSerializable(typeof(ScanDocument))]
[JsonSerializable(typeof(CompareAndSwapDocument))]
[JsonSerializable(typeof(CreateCaseDocument))]
[JsonSerializable(typeof(CaseStateDocument))]
[JsonSerializable(typeof(CaseDocument))]
[JsonSerializable(typeof(PolicyDocument))]
[JsonSerializable(typeof(OverlayDocument))]
[JsonSerializable(typeof(GraphDocument))]
[JsonSerializable(typeof(OperationDocument))]
[JsonSerializable(typeof(OperationResultDocument))]
[JsonSerializable(typeof(AcceptedDocument))]
[JsonSerializable(typeof(PageDocument<CaseDocument>))]
[JsonSerializable(typeof(PageDocument<GraphDocument>))]
[JsonSerializable(typeof(PageDocument<PolicyDocument>))]
[JsonSerializable(typeof(PageDocument<DeployedOverlayDocument>))]
internal sealed partial class ApiJson : JsonSerializerContext;
