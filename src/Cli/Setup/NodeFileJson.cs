using System.Text.Json.Serialization;

namespace Consensus.Cli.Setup;

/// <summary>How configuration files are written.</summary>
[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(NodeFile))]
internal sealed partial class NodeFileJson : JsonSerializerContext;
