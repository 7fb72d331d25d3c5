using Consensus.Replication.Workflow;

namespace Consensus.Cli.Tests.Client;

/// <summary>Answers with what it is given.</summary>
internal sealed class EchoOperation : ICustomOperation
{
    public string Name => "echo";

    public OperationOutcome Apply(in CommandContext context, ReadOnlySpan<byte> payload, OperationState state) => OperationOutcome.Accept(payload.ToArray());
}
