using System.Text.Json;

namespace Consensus.Cli.Client;

/// <summary>What a node answers when it has no result (RFC 9457).</summary>
/// <param name="Code">The machine-readable kind; empty if the answer did not come from a node's API.</param>
/// <param name="Detail">A sentence for people.</param>
/// <param name="MayHaveTakenEffect">Whether the command may take effect all the same.</param>
/// <param name="IsDecided">Whether the command was committed and rejected: this is its result, and stays so.</param>
internal sealed record ApiProblem(string Code, string Detail, bool MayHaveTakenEffect, bool IsDecided)
{
    /// <summary>Whether another node, or the same one a little later, may answer otherwise.</summary>
    public bool IsTransient => Code is "no-leader" or "overloaded" or "storage-full" or "stopped" or "timed-out" or "outcome-unknown";

    /// <summary>Whether the call itself is wrong: no node will ever take it, whatever the state.</summary>
    public bool IsWrongUsage => Code is "malformed-request" or "too-large";

    /// <summary>Reads the body of an answer that is no success.</summary>
    public static ApiProblem Read(int status, byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("code", out var code) && root.TryGetProperty("detail", out var detail))
            {
                var mayHave = root.TryGetProperty("may_have_taken_effect", out var effect) && effect.ValueKind == JsonValueKind.True;
                return new ApiProblem(code.ToString(), detail.ToString(), mayHave, root.TryGetProperty("index", out _));
            }
        }
        catch (JsonException)
        {
            // Something between the tool and the node answered, in its own words; below it is reported as such.
        }

        return new ApiProblem("", $"The answer has status {status} and is not one of a node's API.", MayHaveTakenEffect: status >= 500, IsDecided: false);
    }
}
