namespace Consensus.AspNetCore.Problems;

/// <summary>Which problem each refusal is. One row per reason; the README shows the same table.</summary>
internal static class RefusalProblems
{
    private const string NoEffect = "The command has had, and will have, no effect.";

    /// <summary>A command that the group did not accept, or whose outcome is not known.</summary>
    /// <param name="status">Refused or unknown.</param>
    /// <param name="reason">Why.</param>
    /// <param name="isNumbered">Whether the client has numbered it in a session of its own. A session of the node's own, in which it numbers the other commands, is nobody's business.</param>
    public static ProblemResult OfProposal(ProposeStatus status, RefusalReason reason, bool isNumbered) => status switch
    {
        ProposeStatus.Unknown when isNumbered && IsGone(reason) => TypeOf(reason).With(
            $"{Sentence(reason)} The command may have taken effect, or may still do, and the same Idempotency-Key will never tell: read before you retry.",
            mayHaveTakenEffect: true),
        ProposeStatus.Unknown => ProblemType.OutcomeUnknown.With(
            $"The command may have taken effect, or may still do ({Sentence(reason)}). Send it again with the same Idempotency-Key to find out; without one, read before you retry.",
            mayHaveTakenEffect: true),
        _ when reason == RefusalReason.NotSupported => TypeOf(reason).With($"The engine does not offer this, or cannot give what 'wait_for' asks for: it survives crashes only. {NoEffect}"),
        _ => TypeOf(reason).With($"{Sentence(reason)} {NoEffect}"),
    };

    /// <summary>A query that was not answered, or a session that was not opened.</summary>
    public static ProblemResult OfQuery(RefusalReason reason) => TypeOf(reason).With(Sentence(reason));

    /// <summary>A membership change or a transfer that did not take effect in time, or at all.</summary>
    public static ProblemResult OfControl(in ControlResult result)
    {
        var detail = result.Detail.Length == 0 ? Sentence(result.Refusal) : result.Detail;
        return result.Refusal == RefusalReason.TimedOut
            ? ProblemType.OutcomeUnknown.With($"{detail} The change may still take effect: look at GET /v1/status before you ask again.", mayHaveTakenEffect: true)
            : TypeOf(result.Refusal).With(detail);
    }

    /// <summary>The kind of problem that a reason is.</summary>
    public static ProblemType TypeOf(RefusalReason reason) => reason switch
    {
        RefusalReason.None => ProblemType.InternalError,
        RefusalReason.NoLeader => ProblemType.NoLeader,
        RefusalReason.Overloaded => ProblemType.Overloaded,
        RefusalReason.StorageFull => ProblemType.StorageFull,
        RefusalReason.CommandTooLarge => ProblemType.TooLarge,
        RefusalReason.SessionExpired => ProblemType.SessionExpired,
        RefusalReason.RequestForgotten => ProblemType.RequestForgotten,
        RefusalReason.Stopped => ProblemType.Stopped,
        RefusalReason.Busy => ProblemType.Busy,
        RefusalReason.InvalidChange => ProblemType.InvalidChange,
        RefusalReason.NotCaughtUp => ProblemType.NotCaughtUp,
        RefusalReason.TimedOut => ProblemType.TimedOut,
        RefusalReason.NotSupported => ProblemType.NotSupported,
        RefusalReason.RequestBeyondWindow => ProblemType.RequestBeyondWindow,
        RefusalReason.MembershipChanged => ProblemType.MembershipChanged,
        RefusalReason.NotHere => ProblemType.NotHere,
        RefusalReason.NotSignedByClient => ProblemType.NotSignedByClient,
        RefusalReason.OtherEpoch => ProblemType.OtherEpoch,
        RefusalReason.ReturnHeldUp => ProblemType.ReturnHeldUp,
        RefusalReason.NotFromOperator => ProblemType.NotFromOperator,
    };

    /// <summary>Whether the group has forgotten the number for good: it says the same of it whenever, and whichever node, it is asked.</summary>
    private static bool IsGone(RefusalReason reason) => reason is RefusalReason.SessionExpired or RefusalReason.RequestForgotten;

    private static string Sentence(RefusalReason reason) => reason switch
    {
        RefusalReason.None => "No reason was given.",
        RefusalReason.NoLeader => "The group has no leader at the moment; ask again.",
        RefusalReason.Overloaded => "A bound of the group was reached; ask again later.",
        RefusalReason.StorageFull => "The disk of this node is full, or the disks of too many; ask another one, or again when there is space. Stale reads go on.",
        RefusalReason.CommandTooLarge => "The command is larger than the group's configured limit.",
        RefusalReason.SessionExpired => "The session is not open: it was closed because it had not been used for longest, or never existed. Open another with POST /v1/sessions.",
        RefusalReason.RequestForgotten => "The session has acknowledged the result of this number already; it is no longer kept.",
        RefusalReason.Stopped => "The node is stopping, or has stopped; ask another one.",
        RefusalReason.Busy => "Another membership change or transfer, or the end of the epoch, is under way; ask again later.",
        RefusalReason.InvalidChange => "The change does not fit the group as it is.",
        RefusalReason.NotCaughtUp => "The target has not caught up; ask again later.",
        RefusalReason.TimedOut => "The time limit passed.",
        RefusalReason.NotSupported => "The engine does not offer this operation.",
        RefusalReason.RequestBeyondWindow => "The number lies beyond those whose results the session keeps, 16,384 from the first that is not acknowledged; acknowledge earlier ones with Idempotency-Acknowledged-Below.",
        RefusalReason.MembershipChanged => "The membership is no longer the one that the change expects; look at GET /v1/members before you ask again.",
        RefusalReason.NotHere => "This node does not have it: not yet, or not any more. Ask another one.",
        RefusalReason.NotSignedByClient => "The session was opened with a public key, and Consensus-Signature is not its owner's signature of this request; or there is one, and the session has no key, or another.",
        RefusalReason.ReturnHeldUp => "Too many members see reason against going back to Raft; the detail says which, and how long it lasts. Give the order again then.",
        RefusalReason.OtherEpoch => "The order is about another epoch than the one that this node is in; look at GET /v1/status, and give another order.",
        RefusalReason.NotFromOperator => "The order is not signed with the key of an operator whose word ends the epoch.",
    };
}
