using Microsoft.AspNetCore.Http;

namespace Consensus.AspNetCore.Problems;

/// <summary>
/// A kind of problem that the API answers with (RFC 9457). Its code and its URN never change; clients decide by them, people read the detail.
/// </summary>
/// <param name="Code">The machine-readable name, for example <c>no-leader</c>.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Title">What it is, in a few words that are the same each time.</param>
/// <param name="IsTransient">Whether the same request may succeed a little later: the answer carries <c>Retry-After</c>.</param>
internal sealed record ProblemType(string Code, int Status, string Title, bool IsTransient = false)
{
    public static ProblemType MalformedRequest { get; } = new("malformed-request", StatusCodes.Status400BadRequest, "The request is malformed");

    public static ProblemType UnknownParameter { get; } = new("unknown-parameter", StatusCodes.Status400BadRequest, "The request does not know this parameter");

    public static ProblemType InvalidIdempotencyKey { get; } = new("invalid-idempotency-key", StatusCodes.Status400BadRequest, "The idempotency key is invalid");

    public static ProblemType InvalidSignature { get; } = new("invalid-signature", StatusCodes.Status400BadRequest, "The signature of the request is malformed");

    public static ProblemType Unauthenticated { get; } = new("unauthenticated", StatusCodes.Status401Unauthorized, "The request shows no valid token");

    public static ProblemType Forbidden { get; } = new("forbidden", StatusCodes.Status403Forbidden, "The token does not allow this");

    public static ProblemType NotSignedByClient { get; } = new("not-signed-by-client", StatusCodes.Status403Forbidden, "The owner of the session has not signed this");

    public static ProblemType NotFromOperator { get; } = new("not-from-operator", StatusCodes.Status403Forbidden, "No operator has signed this order");

    public static ProblemType NotFound { get; } = new("not-found", StatusCodes.Status404NotFound, "There is no such thing");

    public static ProblemType NotHere { get; } = new("not-here", StatusCodes.Status404NotFound, "This node does not have it");

    public static ProblemType UnknownPath { get; } = new("unknown-path", StatusCodes.Status404NotFound, "The API has no such path");

    public static ProblemType MethodNotAllowed { get; } = new("method-not-allowed", StatusCodes.Status405MethodNotAllowed, "The path does not know this method");

    public static ProblemType ComparisonFailed { get; } = new("comparison-failed", StatusCodes.Status409Conflict, "The present value is another one");

    public static ProblemType Rejected { get; } = new("rejected", StatusCodes.Status409Conflict, "The rules of the state machine reject it");

    public static ProblemType Busy { get; } = new("busy", StatusCodes.Status409Conflict, "Another change is under way", IsTransient: true);

    public static ProblemType NotCaughtUp { get; } = new("not-caught-up", StatusCodes.Status409Conflict, "The target has not caught up", IsTransient: true);

    public static ProblemType InvalidChange { get; } = new("invalid-change", StatusCodes.Status409Conflict, "The change does not fit the group as it is");

    public static ProblemType MembershipChanged { get; } = new("membership-changed", StatusCodes.Status409Conflict, "The membership is not the expected one");

    public static ProblemType ReturnHeldUp { get; } = new("return-held-up", StatusCodes.Status409Conflict, "It is too early to go back to Raft");

    public static ProblemType OtherEpoch { get; } = new("other-epoch", StatusCodes.Status409Conflict, "The order is about another epoch");

    public static ProblemType RequestForgotten { get; } = new("request-forgotten", StatusCodes.Status409Conflict, "The result of this request is no longer kept");

    public static ProblemType RequestBeyondWindow { get; } = new("request-beyond-window", StatusCodes.Status409Conflict, "The session keeps no result of so high a number yet");

    public static ProblemType SessionExpired { get; } = new("session-expired", StatusCodes.Status410Gone, "The session is not open");

    public static ProblemType TooLarge { get; } = new("too-large", StatusCodes.Status413PayloadTooLarge, "The request is too large");

    public static ProblemType UnsupportedMediaType { get; } = new("unsupported-media-type", StatusCodes.Status415UnsupportedMediaType, "The body is not JSON");

    public static ProblemType UpgradeRequired { get; } = new("upgrade-required", StatusCodes.Status426UpgradeRequired, "The path is a WebSocket");

    public static ProblemType InternalError { get; } = new("internal-error", StatusCodes.Status500InternalServerError, "The node failed to answer");

    public static ProblemType NotSupported { get; } = new("not-supported", StatusCodes.Status501NotImplemented, "The engine does not offer this");

    public static ProblemType NoLeader { get; } = new("no-leader", StatusCodes.Status503ServiceUnavailable, "No leader is known", IsTransient: true);

    public static ProblemType Overloaded { get; } = new("overloaded", StatusCodes.Status503ServiceUnavailable, "The group is overloaded", IsTransient: true);

    public static ProblemType StorageFull { get; } = new("storage-full", StatusCodes.Status503ServiceUnavailable, "The disk is full", IsTransient: true);

    public static ProblemType Stopped { get; } = new("stopped", StatusCodes.Status503ServiceUnavailable, "The node has stopped");

    public static ProblemType TimedOut { get; } = new("timed-out", StatusCodes.Status504GatewayTimeout, "The time limit passed", IsTransient: true);

    public static ProblemType OutcomeUnknown { get; } = new("outcome-unknown", StatusCodes.Status504GatewayTimeout, "The outcome is not known");

    /// <summary>All of them, in the order of their status.</summary>
    public static IReadOnlyList<ProblemType> All { get; } =
    [
        MalformedRequest, UnknownParameter, InvalidIdempotencyKey, InvalidSignature, Unauthenticated, Forbidden, NotSignedByClient, NotFromOperator, NotFound, NotHere, UnknownPath, MethodNotAllowed, ComparisonFailed, Rejected, Busy, NotCaughtUp, InvalidChange, MembershipChanged, OtherEpoch, ReturnHeldUp,
        RequestForgotten, RequestBeyondWindow, SessionExpired, TooLarge, UnsupportedMediaType, UpgradeRequired, InternalError, NotSupported, NoLeader, Overloaded, StorageFull, Stopped, TimedOut,
        OutcomeUnknown,
    ];

    /// <summary>The problem's <c>type</c>.</summary>
    public string Urn { get; } = $"urn:consensus:problem:{Code}";

    /// <summary>An answer of this kind.</summary>
    public ProblemResult With(string detail, bool mayHaveTakenEffect = false) => new(this, detail) { MayHaveTakenEffect = mayHaveTakenEffect };
}
