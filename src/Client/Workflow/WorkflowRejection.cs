namespace Consensus.Client;

/// <summary>Why the workflow machine rejected a command or a query.</summary>
public enum WorkflowRejection
{
    /// <summary>It was not rejected.</summary>
    None,

    /// <summary>For a reason that this version of the client does not know; the detail says it.</summary>
    Other,

    /// <summary>The bytes are not a command of this machine.</summary>
    MalformedCommand,

    /// <summary>The bytes are not a query of this machine.</summary>
    MalformedQuery,

    /// <summary>The command is longer than allowed.</summary>
    CommandTooLarge,

    /// <summary>The id of a case is empty, too long, or holds control characters.</summary>
    InvalidCaseId,

    /// <summary>The name of a state, graph, policy, overlay, operation or property is empty, too long, or holds control characters.</summary>
    InvalidName,

    /// <summary>There is a case with this id.</summary>
    CaseExists,

    /// <summary>There is no case with this id.</summary>
    CaseNotFound,

    /// <summary>The case is in a final state and does not change any more.</summary>
    CaseFinished,

    /// <summary>The case is not in a final state, so it cannot be removed.</summary>
    CaseNotFinished,

    /// <summary>The case has another revision than the one expected.</summary>
    RevisionMismatch,

    /// <summary>The case's graph has no such state.</summary>
    UnknownState,

    /// <summary>The case's graph has no transition from its present state to the one asked for.</summary>
    TransitionNotAllowed,

    /// <summary>A policy vetoes the transition; the detail names it.</summary>
    TransitionVetoed,

    /// <summary>The same property is named twice.</summary>
    DuplicateProperty,

    /// <summary>The case would have more properties than allowed.</summary>
    TooManyProperties,

    /// <summary>A property's value is longer than allowed.</summary>
    PropertyTooLarge,

    /// <summary>The case would be larger than allowed.</summary>
    CaseTooLarge,

    /// <summary>There are as many cases as there may be.</summary>
    TooManyCases,

    /// <summary>The state graph contradicts itself or is too large; the detail says where.</summary>
    InvalidGraph,

    /// <summary>No graph with this name is deployed.</summary>
    GraphNotFound,

    /// <summary>There are as many deployed graphs as there may be.</summary>
    TooManyGraphs,

    /// <summary>The policy contradicts itself or is too large; the detail says where.</summary>
    InvalidPolicy,

    /// <summary>There is no policy with this name.</summary>
    PolicyNotFound,

    /// <summary>There are as many policies as there may be.</summary>
    TooManyPolicies,

    /// <summary>The overlay has no version, no elements, or too many.</summary>
    InvalidOverlay,

    /// <summary>This overlay is deployed in the same or a later version.</summary>
    OverlayVersionNotHigher,

    /// <summary>There are as many overlays as there may be.</summary>
    TooManyOverlays,

    /// <summary>No custom operation is registered under this name.</summary>
    UnknownOperation,

    /// <summary>The custom operation rejected the command; the detail is its own.</summary>
    OperationRejected,

    /// <summary>The custom operation went over a limit: a key, a value, or the number of its writes.</summary>
    OperationLimitExceeded,

    /// <summary>The custom operation's result is longer than allowed.</summary>
    ResultTooLarge,
}
