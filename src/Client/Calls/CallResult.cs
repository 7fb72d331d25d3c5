using Consensus.Client.Nodes;
using Consensus.Cryptography;

namespace Consensus.Client.Calls;

/// <summary>How a call ended. Exactly one of three: answered, unknown, or certainly without effect.</summary>
internal readonly record struct CallResult
{
    private CallResult(ApiAnswer? answer, ApiProblem? problem, bool isUnknown, string detail) =>
        (Answer, Problem, IsUnknown, Detail) = (answer, problem, isUnknown, detail);

    /// <summary>The answer, if a node gave one that counts; it may be a problem.</summary>
    public ApiAnswer? Answer { get; }

    /// <summary>The node whose answer ended it, if one did.</summary>
    public NodeEndpoint? From { get; init; }

    /// <summary>The problem in the answer, or the last one if no answer counted.</summary>
    public ApiProblem? Problem { get; }

    /// <summary>Whether the command may have taken effect, or may still do.</summary>
    public bool IsUnknown { get; }

    /// <summary>What f+1 members have signed, where that is asked for.</summary>
    public ReplyContent? Content { get; private init; }

    /// <summary>Who has said what, where each node was asked.</summary>
    public ReplyProof? Proof { get; init; }

    /// <summary>A sentence for people; empty after a success.</summary>
    public string Detail { get; }

    /// <summary>Whether it did what it should.</summary>
    public bool IsSuccess => Answer is { Problem: null };

    /// <summary>A node answered.</summary>
    public static CallResult Answered(ApiAnswer answer) => new(answer, answer.Problem, isUnknown: false, answer.Problem?.Detail ?? "");

    /// <summary>f+1 members have signed the outcome.</summary>
    public static CallResult Confirmed(ReplyContent content, ReplyProof proof) => new(null, null, isUnknown: false, "") { Content = content, Proof = proof };

    /// <summary>Nobody knows what became of it.</summary>
    public static CallResult Unknown(ApiProblem? last, string detail) => new(null, last, isUnknown: true, detail);

    /// <summary>Nobody could answer, and it had no effect.</summary>
    public static CallResult Unanswered(ApiProblem? last, string detail) => new(null, last, isUnknown: false, detail);

    /// <summary>How a command ended that took no effect, or may not have.</summary>
    /// <returns><see cref="ProposeStatus.Refused"/> or <see cref="ProposeStatus.Unknown"/>, and why.</returns>
    /// <exception cref="ConsensusException">The answer is none of the outcomes that a program can expect.</exception>
    public (ProposeStatus Status, RefusalReason Refusal) ToFailure() => IsUnknown || (Answer is not null && Problem is { MayHaveTakenEffect: true })
        ? (ProposeStatus.Unknown, Problem?.Refusal ?? RefusalReason.TimedOut)
        : (ProposeStatus.Refused, ToRefusal());

    /// <summary>Why it was refused.</summary>
    /// <exception cref="ConsensusException">The answer is none of the outcomes that a program can expect.</exception>
    public RefusalReason ToRefusal() => (Answer, Problem?.Refusal) switch
    {
        (_, { } reason) => reason,
        (null, null) => RefusalReason.TimedOut,
        (not null, null) => throw new ConsensusException(
            ConsensusFailure.InvalidConfiguration, Problem is { Code.Length: > 0 } problem ? $"{problem.Detail} [{problem.Code}]" : Detail),
    };
}
