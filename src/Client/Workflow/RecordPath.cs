namespace Consensus.Client.Workflow;

/// <summary>The paths of the workflow machine's records.</summary>
internal static class RecordPath
{
    public const string Cases = "v1/cases";
    public const string Graphs = "v1/graphs";
    public const string Policies = "v1/policies";
    public const string Overlays = "v1/overlays";
    public const string Operations = "v1/operations";

    /// <summary>The path of one record.</summary>
    public static string Of(string collection, string name) => $"{collection}/{Uri.EscapeDataString(name)}";

    /// <summary>What a path cannot carry even if it is encoded is not sent: it would be taken for another path.</summary>
    public static (WorkflowRejection Rejection, string Detail) Check(string collection, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var rejection = collection == Cases ? WorkflowRejection.InvalidCaseId : WorkflowRejection.InvalidName;
        return name switch
        {
            "" => (rejection, "The name is empty; allowed: one character and more."),
            "." or ".." => (rejection, $"The name '{name}' cannot be part of an address (RFC 3986, section 5.2.4); allowed through the HTTP API: any other."),
            _ => default,
        };
    }
}
