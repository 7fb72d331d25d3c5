using Consensus.Replication.Workflow;

namespace Consensus.AspNetCore.Tests.Fakes;

/// <summary>Answers with its payload twice, unless it is "no".</summary>
internal sealed class DoubleOperation : ICustomOperation
{
    public string Name => "double";

    public OperationOutcome Apply(in CommandContext context, ReadOnlySpan<byte> payload, OperationState state) =>
        payload.SequenceEqual("no"u8) ? OperationOutcome.Reject("It will not.") : OperationOutcome.Accept((byte[])[.. payload, .. payload]);
}
