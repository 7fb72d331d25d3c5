using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Messages;

namespace Consensus.Adversary;

/// <summary>Says two things where a correct core says one: with each prepare goes another one with another digest, to the same peer and signed as well.</summary>
internal sealed class EquivocatingCore(IProtocolCore core, ByzantineIdentity identity) : IProtocolCore
{
    public Ticks NextDeadline => core.NextDeadline;

    public CoreStatus Status => core.Status;

    public void BeginTurn(Ticks now, Timestamp clock) => core.BeginTurn(now, clock);

    public void Step(Ticks now, Input input, EffectBuffer effects) => core.Step(now, input, effects);

    public void EndTurn(Ticks now, EffectBuffer effects)
    {
        core.EndTurn(now, effects);
        var honest = effects.Messages.Count;
        for (var i = 0; i < honest; i++)
        {
            if (effects.Messages[i] is { To: var to, Message: Prepare prepare })
            {
                effects.Send(to, Contradict(prepare));
            }
        }
    }

    public Digest StateDigest() => core.StateDigest();

    private Prepare Contradict(Prepare prepare)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        prepare.Digest.CopyTo(bytes);
        var other = Blake3.Hash(bytes);
        return prepare with { Digest = other, Signature = identity.Sign(prepare.Kind, prepare.View, prepare.Number, other) };
    }
}
