using System.Text.Json;
using System.Text.Json.Nodes;
using Consensus.Cli.Output;

namespace Consensus.Cli.Commands.Client;

/// <summary>Reads a document for the API from a file.</summary>
internal static class JsonSource
{
    /// <summary>Reads it.</summary>
    /// <exception cref="UsageException">It is no JSON.</exception>
    public static async Task<JsonNode> ReadAsync(string file, CancellationToken cancellationToken)
    {
        var name = file == ValueSource.StandardInput ? "Standard input" : file;
        var bytes = await ValueSource.ReadAsync(null, file, cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonNode.Parse(bytes.Span) ?? throw new UsageException($"{name} holds null; it must hold a JSON object.");
        }
        catch (JsonException exception)
        {
            throw new UsageException($"{name} is no JSON: {JsonComplaint.Of(exception)}");
        }
    }
}
