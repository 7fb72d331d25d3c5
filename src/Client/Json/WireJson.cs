using System.Text.Json.Serialization;
using Consensus.Client.Events;
using Consensus.Client.Evidence;
using Consensus.Client.KeyValue;
using Consensus.Client.Members;
using Consensus.Client.Peers;
using Consensus.Client.Sessions;
using Consensus.Client.Status;
using Consensus.Client.Workflow;

namespace Consensus.Client.Json;

/// <summary>
/// How the API's documents are written and read: known at build time, so that programs can be trimmed and compiled ahead of time. Members that
/// a newer node adds are passed over.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ProblemDocument))]
[JsonSerializable(typeof(OpenSessionDocument))]
[JsonSerializable(typeof(SessionDocument))]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(MembershipDocument))]
[JsonSerializable(typeof(PeerListDocument))]
[JsonSerializable(typeof(MemberChangeDocument))]
[JsonSerializable(typeof(ChangeDocument))]
[JsonSerializable(typeof(TransferDocument))]
[JsonSerializable(typeof(SealDocument))]
[JsonSerializable(typeof(EventDocument))]
[JsonSerializable(typeof(EvidenceListDocument))]
[JsonSerializable(typeof(WriteDocument))]
[JsonSerializable(typeof(ScanDocument))]
[JsonSerializable(typeof(SwapDocument))]
[JsonSerializable(typeof(CreateCaseDocument))]
[JsonSerializable(typeof(CaseStateDocument))]
[JsonSerializable(typeof(CaseDocument))]
[JsonSerializable(typeof(CaseGraph))]
[JsonSerializable(typeof(Policy))]
[JsonSerializable(typeof(ConditionDocument))]
[JsonSerializable(typeof(OverlayDocument))]
[JsonSerializable(typeof(OperationDocument))]
[JsonSerializable(typeof(AcceptedDocument))]
[JsonSerializable(typeof(PageDocument<CaseDocument>))]
[JsonSerializable(typeof(PageDocument<CaseGraph>))]
[JsonSerializable(typeof(PageDocument<Policy>))]
[JsonSerializable(typeof(PageDocument<DeployedOverlayDocument>))]
internal sealed partial class WireJson : JsonSerializerContext;
