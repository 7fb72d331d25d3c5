using System.Text;
using Consensus.Replication.Workflow;

namespace Consensus.Replication.Tests.Workflow;

/// <summary>Writes as much as it can, and then ends as its payload says.</summary>
internal sealed class FailingOperation : ICustomOperation
{
    public string Name => "misbehave";

    public OperationState? Kept { get; private set; }

    public OperationOutcome Apply(in CommandContext context, ReadOnlySpan<byte> payload, OperationState state)
    {
        Kept = state;
        state.Set("touched"u8, payload);
        state.Do(Samples.NewOrder("made-by-operation"));
        state.Do(new ApplyPolicy(new Policy("made-by-operation")));
        switch (Encoding.UTF8.GetString(payload))
        {
            case "reject":
                return OperationOutcome.Reject("It was asked to reject.");
            case "long-sentence":
                return OperationOutcome.Reject(new string('x', 511) + "\U0001F600" + new string('x', 10_000));
            case "throw":
                throw new InvalidOperationException("It was asked to throw.");
            case "large-result":
                return OperationOutcome.Accept(new byte[(16 << 10) + 1]);
            case "large-value":
                state.Set("large"u8, new byte[(64 << 10) + 1]);
                return OperationOutcome.Accept();
            case "large-key":
                state.Set(new byte[257], []);
                return OperationOutcome.Accept();
            case "empty-key":
                state.Remove([]);
                return OperationOutcome.Accept();
            case "many-writes":
                for (var i = 0; i < 1_024; i++)
                {
                    state.Remove("nothing"u8);
                }

                return OperationOutcome.Accept();
            default:
                return OperationOutcome.Accept("done"u8.ToArray());
        }
    }
}
