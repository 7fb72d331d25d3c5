using System.Text.Json.Serialization;
using Consensus.Cli.Bench;
using Consensus.Cli.Demo;
using Consensus.Cli.Demo.Swarm;
using Consensus.Cli.Evidence;
using Consensus.Cli.Gossip;
using Consensus.Cli.Nodes;
using Consensus.Cli.Proofs;
using Consensus.Cli.Selection;
using Consensus.Cli.Setup;
using Consensus.Cli.Simulate;

namespace Consensus.Cli.Output;

/// <summary>How the tool's results are written as JSON: known at build time, so that the tool can be trimmed.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = false)]
[JsonSerializable(typeof(FailureReport))]
[JsonSerializable(typeof(DemoResult))]
[JsonSerializable(typeof(SwarmDemoResult))]
[JsonSerializable(typeof(SelectResult))]
[JsonSerializable(typeof(InitResult))]
[JsonSerializable(typeof(InitializedNode))]
[JsonSerializable(typeof(CertificateResult))]
[JsonSerializable(typeof(AuthorityResult))]
[JsonSerializable(typeof(SigningKeyResult))]
[JsonSerializable(typeof(EvidenceResult))]
[JsonSerializable(typeof(ProofCheckResult))]
[JsonSerializable(typeof(BenchResult))]
[JsonSerializable(typeof(RecoveryResult))]
[JsonSerializable(typeof(SwitchResult))]
[JsonSerializable(typeof(SwarmResult))]
[JsonSerializable(typeof(VoteResult))]
[JsonSerializable(typeof(NodeReady))]
[JsonSerializable(typeof(SeedResult))]
[JsonSerializable(typeof(SimulateResult))]
internal sealed partial class ToolJson : JsonSerializerContext;
