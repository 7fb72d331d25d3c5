using System.Text.Json.Serialization;
using Consensus.Cli.Demo;

namespace Consensus.Cli.Output;

/// <summary>How the tool's results are written as JSON: known at build time, so that the tool can be trimmed.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = false)]
[JsonSerializable(typeof(FailureReport))]
[JsonSerializable(typeof(DemoResult))]
internal sealed partial class ToolJson : JsonSerializerContext;
