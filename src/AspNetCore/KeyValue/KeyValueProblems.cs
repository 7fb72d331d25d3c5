using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Status;
using Consensus.Replication.KeyValue;

namespace Consensus.AspNetCore.KeyValue;

/// <summary>Which problem each rejection of the key-value machine is.</summary>
internal static class KeyValueProblems
{
    /// <summary>A write that was not applied.</summary>
    public static ProblemResult Of(in WriteResult result, in ProposeOptions options) => result.Status is ProposeStatus.Refused or ProposeStatus.Unknown
        ? RefusalProblems.OfProposal(result.Status, result.Refusal, options.Request != RequestId.None)
        : Of(result.Rejection) with { Index = result.Index, Version = result.Rejection == KeyValueRejection.ComparisonFailed ? result.Version : null };

    /// <summary>A query that was not answered.</summary>
    public static ProblemResult Of(RefusalReason refusal, KeyValueRejection rejection) =>
        refusal == RefusalReason.None ? Of(rejection) : RefusalProblems.OfQuery(refusal);

    private static ProblemResult Of(KeyValueRejection rejection)
    {
        var (type, detail) = Row(rejection);
        return type.With(detail) with { Rejection = WireNames.Of(rejection) };
    }

    private static (ProblemType Type, string Detail) Row(KeyValueRejection rejection) => rejection switch
    {
        KeyValueRejection.None => (ProblemType.InternalError, "The key-value machine gave no reason."),
        KeyValueRejection.KeyEmpty => (ProblemType.MalformedRequest, $"The key is empty; allowed: 1 to {KeyValueLimits.KeyBytesMax:N0} bytes."),
        KeyValueRejection.KeyTooLong => (ProblemType.MalformedRequest, $"The key is too long; allowed: 1 to {KeyValueLimits.KeyBytesMax:N0} bytes."),
        KeyValueRejection.ValueTooLong => (ProblemType.TooLarge, $"The value is too long; allowed: 0 to {KeyValueLimits.ValueBytesMax:N0} bytes."),
        KeyValueRejection.ComparisonFailed => (ProblemType.ComparisonFailed, "The key's present value is not the expected one. Nothing was changed."),
        KeyValueRejection.MalformedCommand => (ProblemType.InternalError, "The replicas do not know this command: they run another version."),
        KeyValueRejection.MalformedQuery => (ProblemType.InternalError, "This node does not know this query: it runs another version."),
        KeyValueRejection.LimitOutOfRange => (ProblemType.MalformedRequest, $"'limit' must be from 1 to {KeyValueLimits.ScanLimitMax:N0}."),
        KeyValueRejection.MachineUnknown => (ProblemType.NotSupported, "The group has no key-value machine."),
    };
}
