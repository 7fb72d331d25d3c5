using System.Collections.Immutable;
using Consensus.Cryptography;
using Consensus.Gossip.Messages;
using Consensus.Gossip.Node;

namespace Consensus.Gossip.Tests.Ballots;

/// <summary>A voter that lies, as often as it likes; it can sign for nobody else.</summary>
internal sealed class LyingVoter(BallotSwarm swarm, NodeId self, VoterLie lie, DeterministicRandom random) : IGossipCore
{
    private readonly TimeSpan _late = TimeSpan.FromMilliseconds(random.NextBelow(2_500));
    private Ballot? _ballot;
    private Ticks _since;
    private Ballot? _other;

    public Ticks NextDeadline { get; private set; } = Ticks.Zero;

    public Ballot? Ballot
    {
        get => _ballot;
        set
        {
            _ballot = value;
            _other = swarm.Make("something else");
        }
    }

    public void OnTime(Ticks now, GossipEffects effects)
    {
        NextDeadline = now + random.NextBetween(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(lie == VoterLie.Flood ? 10 : 100));
        if (_ballot is null)
        {
            _since = now;
            return;
        }

        var victim = new NodeId(1 + (uint)random.NextBelow(swarm.Honest));
        Show(now, victim, effects);
    }

    public void OnMessage(Ticks now, NodeId from, GossipMessage message, GossipEffects effects)
    {
        if (message is BallotDigest && _ballot is not null)
        {
            Show(now, from, effects);
        }
    }

    private void Show(Ticks now, NodeId victim, GossipEffects effects)
    {
        var half = (victim.Value & 1) == 0;
        switch (lie)
        {
            case VoterLie.Oppose:
                Tell(victim, effects, Vote(isFor: false));
                break;
            case VoterLie.Split:
                Tell(victim, effects, Vote(half));
                break;
            case VoterLie.LateSplit when now - _since > _late:
                Tell(victim, effects, Vote(half));
                break;
            case VoterLie.Hunt when victim.Value <= 2 && now - _since > (victim.Value == 1 ? TimeSpan.Zero : _late):
                Tell(victim, effects, Vote(victim.Value == 1));
                break;
            case VoterLie.Forge:
                Tell(victim, effects, Vote(isFor: false), Vote(isFor: false) with { Voter = (int)random.NextBelow(swarm.Size) });
                break;
            case VoterLie.Replay:
                Tell(victim, effects, new BallotVote((int)self.Value - 1, half, _other!.Sign(swarm.Swarm, half, swarm.Registry.CreateSigner(self))));
                break;
            case VoterLie.Flood:
                var bytes = new byte[((int)swarm.Size + 7) / 8];
                effects.Send(victim, new BallotDigest(_ballot!.Id, [.. bytes], [.. bytes], IsAnswer: false));
                Array.Fill(bytes, byte.MaxValue);
                effects.Send(victim, new BallotDigest(_ballot.Id, [.. bytes], [.. bytes], IsAnswer: false));
                effects.Send(victim, new BallotRequest(_ballot.Id));
                effects.Send(victim, new BallotDigest(Blake3.Hash(BitConverter.GetBytes(random.NextUInt64())), [], [], IsAnswer: false));
                break;
            default:
                break;
        }
    }

    private BallotVote Vote(bool isFor) => new((int)self.Value - 1, isFor, _ballot!.Sign(swarm.Swarm, isFor, swarm.Registry.CreateSigner(self)));

    private void Tell(NodeId victim, GossipEffects effects, params ImmutableArray<BallotVote> votes) => effects.Send(victim, new BallotVotes(_ballot!.Id, votes));
}
