using System.Text.Json;
using Consensus.Client.Json;

namespace Consensus.Client.Calls;

/// <summary>What a node answers when it has no result (RFC 9457).</summary>
/// <param name="Code">The machine-readable kind; empty if the answer did not come from a node's API.</param>
/// <param name="Detail">A sentence for people.</param>
/// <param name="MayHaveTakenEffect">Whether the command may take effect all the same.</param>
internal sealed record ApiProblem(string Code, string Detail, bool MayHaveTakenEffect)
{
    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>The state machine's own reason; empty if it is not the state machine that said no.</summary>
    public string Rejection { get; init; } = "";

    /// <summary>The position in the log of a command that was committed and rejected.</summary>
    public ulong? Index { get; init; }

    /// <summary>Whether f+1 members have signed that somebody else's command has the number.</summary>
    public bool IsTakenByAnother { get; init; }

    /// <summary>After a failed comparison: the version of the value that is there.</summary>
    public ulong Version { get; init; }

    /// <summary>Whether the command was committed and rejected: this is its result, and stays so.</summary>
    public bool IsDecided => Index is not null;

    /// <summary>Whether the group does not know the session, or has forgotten the number: then nobody can say what became of the write, now or later, whatever the node says of it.</summary>
    public bool IsSessionGone => Code is "session-expired" || (Code is "request-forgotten" && !IsTakenByAnother);

    /// <summary>Whether the session is not the client's: it has another key than the client's, or one and the client none, or none and the client one.</summary>
    public bool IsNotTheClients => Code is "not-signed-by-client";

    /// <summary>Whether another node, or the same one a little later, may answer otherwise.</summary>
    public bool IsTransient => Code is "no-leader" or "overloaded" or "storage-full" or "stopped" or "timed-out" or "outcome-unknown"
        || (Code.Length == 0 && Status is 429 or 502 or 503 or 504);

    /// <summary>Whether the call itself is wrong: no node will ever take it, whatever the state.</summary>
    public bool IsWrongUsage => Code is "malformed-request" or "invalid-signature" or "unknown-parameter" or "too-large" or "not-supported";

    /// <summary>Why the group did not accept the call, if it is the group that said no.</summary>
    public RefusalReason? Refusal => Code switch
    {
        "no-leader" => RefusalReason.NoLeader,
        "overloaded" => RefusalReason.Overloaded,
        "storage-full" => RefusalReason.StorageFull,
        "stopped" => RefusalReason.Stopped,
        "timed-out" or "outcome-unknown" => RefusalReason.TimedOut,
        "busy" => RefusalReason.Busy,
        "not-caught-up" => RefusalReason.NotCaughtUp,
        "invalid-change" => RefusalReason.InvalidChange,
        "membership-changed" => RefusalReason.MembershipChanged,
        "not-here" => RefusalReason.NotHere,
        "request-forgotten" => RefusalReason.RequestForgotten,
        "request-beyond-window" => RefusalReason.RequestBeyondWindow,
        "session-expired" => RefusalReason.SessionExpired,
        "not-signed-by-client" => RefusalReason.NotSignedByClient,
        "other-epoch" => RefusalReason.OtherEpoch,
        "return-held-up" => RefusalReason.ReturnHeldUp,
        "not-from-operator" => RefusalReason.NotFromOperator,
        "too-large" => RefusalReason.CommandTooLarge,
        "not-supported" => RefusalReason.NotSupported,
        "" when IsTransient => RefusalReason.Overloaded,
        _ => null,
    };

    /// <summary>Reads the body of an answer that is no success.</summary>
    public static ApiProblem Read(int status, byte[] body)
    {
        try
        {
            if (JsonSerializer.Deserialize(body, WireJson.Default.ProblemDocument) is { Code: { Length: > 0 } code, Detail: { } detail } document)
            {
                return new ApiProblem(code, detail, document.MayHaveTakenEffect)
                {
                    Status = status,
                    Rejection = document.Rejection ?? "",
                    Index = document.Index,
                    Version = document.Version ?? 0,
                };
            }
        }
        catch (JsonException)
        {
            // Something between the client and the node answered, in its own words; below it is reported as such.
        }

        return new ApiProblem("", $"The answer has status {status} and is not one of a node's API.", MayHaveTakenEffect: status >= 500) { Status = status };
    }
}
