namespace Consensus.Replication.Workflow;

/// <summary>
/// Why the workflow machine rejected a command or a query. Every replica computes the same value; the numbers are part of the replicated
/// results and never change their meaning.
/// </summary>
public enum WorkflowRejection
{
    /// <summary>It was not rejected.</summary>
    None = 0,

    /// <summary>The bytes are not a command of this machine.</summary>
    MalformedCommand = 1,

    /// <summary>The bytes are not a query of this machine.</summary>
    MalformedQuery = 2,

    /// <summary>The command is longer than <see cref="WorkflowLimits.CommandBytesMax"/>.</summary>
    CommandTooLarge = 3,

    /// <summary>The id of a case is empty, too long, or holds control characters.</summary>
    InvalidCaseId = 10,

    /// <summary>The name of a state, graph, policy, overlay, operation or property is empty, too long, or holds control characters.</summary>
    InvalidName = 11,

    /// <summary>There is a case with this id.</summary>
    CaseExists = 12,

    /// <summary>There is no case with this id.</summary>
    CaseNotFound = 13,

    /// <summary>The case is in a final state and does not change any more.</summary>
    CaseFinished = 14,

    /// <summary>The case is not in a final state, so it cannot be removed.</summary>
    CaseNotFinished = 15,

    /// <summary>The case has another revision than the one expected; the result carries the one that it has.</summary>
    RevisionMismatch = 16,

    /// <summary>The case's graph has no such state.</summary>
    UnknownState = 17,

    /// <summary>The case's graph has no transition from its present state to the one asked for.</summary>
    TransitionNotAllowed = 18,

    /// <summary>A policy vetoes the transition; the detail names it.</summary>
    TransitionVetoed = 19,

    /// <summary>The same property is named twice.</summary>
    DuplicateProperty = 20,

    /// <summary>The case would have more properties than <see cref="WorkflowLimits.PropertiesMax"/>.</summary>
    TooManyProperties = 21,

    /// <summary>A property's value is longer than <see cref="WorkflowLimits.PropertyBytesMax"/>.</summary>
    PropertyTooLarge = 22,

    /// <summary>The case would be larger than <see cref="WorkflowLimits.CaseBytesMax"/>.</summary>
    CaseTooLarge = 23,

    /// <summary>There are as many cases as <see cref="WorkflowLimits.CasesMax"/>.</summary>
    TooManyCases = 24,

    /// <summary>The state graph contradicts itself or is too large; the detail says where.</summary>
    InvalidGraph = 30,

    /// <summary>No graph with this name is deployed.</summary>
    GraphNotFound = 31,

    /// <summary>There are as many deployed graphs as <see cref="WorkflowLimits.GraphsMax"/>.</summary>
    TooManyGraphs = 32,

    /// <summary>The policy contradicts itself or is too large; the detail says where.</summary>
    InvalidPolicy = 40,

    /// <summary>There is no policy with this name.</summary>
    PolicyNotFound = 41,

    /// <summary>There are as many policies as <see cref="WorkflowLimits.PoliciesMax"/>.</summary>
    TooManyPolicies = 42,

    /// <summary>The overlay has no version, no elements, or too many.</summary>
    InvalidOverlay = 50,

    /// <summary>This overlay is deployed in the same or a later version.</summary>
    OverlayVersionNotHigher = 51,

    /// <summary>There are as many overlays as <see cref="WorkflowLimits.OverlaysMax"/>.</summary>
    TooManyOverlays = 52,

    /// <summary>No custom operation is registered under this name.</summary>
    UnknownOperation = 60,

    /// <summary>The custom operation rejected the command; the detail is its own.</summary>
    OperationRejected = 61,

    /// <summary>The custom operation went over a limit: a key, a value, or the number of its writes.</summary>
    OperationLimitExceeded = 62,

    /// <summary>The custom operation's result is longer than <see cref="WorkflowLimits.ResultBytesMax"/>.</summary>
    ResultTooLarge = 63,
}
