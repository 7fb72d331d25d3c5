using Consensus.Engine;
using Consensus.Gossip;
using Consensus.Swarm.Hosting;

namespace Consensus.Swarm;

/// <summary>What a swarm decides, seen from one of its nodes: asks, votes, and says what came of it. Safe to use from any number of threads.</summary>
/// <remarks>
/// A decision is one of the voters that the ballot names, and of nobody else: of n voters f = ⌊(n − 1) / 3⌋ may lie, and no two nodes decide differently. A node that votes keeps a journal (<see cref="SwarmSetup.Votes"/>), and when it starts again it tells what it voted before.
/// </remarks>
public sealed class SwarmBallots
{
    private readonly SwarmSetup _setup;
    private readonly SwarmLoop _loop;
    private readonly SwarmClock _clock;
    private readonly EventHub<GossipEvent> _events;

    internal SwarmBallots(SwarmSetup setup, SwarmLoop loop, SwarmClock clock, EventHub<GossipEvent> events) => (_setup, _loop, _clock, _events) = (setup, loop, clock, events);

    /// <summary>The ballots that are known here, those that closed not long ago among them.</summary>
    public IReadOnlyList<BallotStatus> All => _loop.Call(static (core, _, _) => core.Ballots.All.ToArray());

    /// <summary>How a ballot stands here; <see langword="null"/> if it is not known, or not any more.</summary>
    public BallotStatus? Find(Digest ballot) => _loop.Call((core, _, _) => core.Ballots.Find(ballot));

    /// <summary>Asks the swarm a question. Everybody hears of it (<see cref="BallotOpened"/>), and those who may vote.</summary>
    /// <param name="question">What is asked, for the applications to read; copied. Up to <see cref="Ballot.QuestionBytesMax"/>.</param>
    /// <param name="voters">Who votes, each once; members whose keys are known.</param>
    /// <param name="openFor">For how long.</param>
    /// <exception cref="ArgumentException">Something of it is not as it may be.</exception>
    /// <exception cref="SwarmFullException">Too many ballots are known, or of this node.</exception>
    public Ballot Open(ReadOnlyMemory<byte> question, IEnumerable<NodeId> voters, TimeSpan openFor)
    {
        ArgumentNullException.ThrowIfNull(voters);
        var named = voters.Select(id => new BallotVoter(id, _setup.KeyOf(id) ?? throw new ArgumentException($"The key of voter {id} is not known ({nameof(SwarmSetup.KeyOf)}).", nameof(voters)))).ToArray();
        var now = _clock.TimeOfDay;
        var ballot = Ballot.Make(_setup.Swarm, _setup.Id, question.Span, named, now, new Timestamp(now.UnixMilliseconds + (long)openFor.TotalMilliseconds), _setup.Signer);
        return _loop.Call((core, at, effects) => (Defect: core.Ask(at, ballot, effects), core.Ballots.IsFull)) switch
        {
            (null, _) => ballot,
            (var defect, true) => throw new SwarmFullException(defect),
            (var defect, _) => throw new ArgumentException(defect, nameof(openFor)),
        };
    }

    /// <summary>Votes, once and for good: the vote is durable when this completes, and on its way.</summary>
    /// <param name="ballot">Which.</param>
    /// <param name="isFor">What this node votes.</param>
    /// <param name="cancellationToken">Ends the wait; the vote may be told nevertheless.</param>
    /// <exception cref="ArgumentException">The ballot is not known here, or this node does not vote in it.</exception>
    /// <exception cref="InvalidOperationException">This node has voted otherwise, or keeps no journal.</exception>
    /// <exception cref="IOException">The vote could not be written, and is not told.</exception>
    public async ValueTask VoteAsync(Digest ballot, bool isFor, CancellationToken cancellationToken = default)
    {
        var journal = _setup.Votes ?? throw new InvalidOperationException($"This node keeps no journal of its votes, so it may not vote ({nameof(SwarmSetup)}.{nameof(SwarmSetup.Votes)}).");
        var asked = Find(ballot)?.Ballot ?? throw new ArgumentException($"The ballot {ballot} is not known here.", nameof(ballot));
        if (asked.PlaceOf(_setup.Id) < 0)
        {
            throw new ArgumentException($"Node {_setup.Id} does not vote in the ballot {ballot}.", nameof(ballot));
        }

        // A flush takes a while, and blocks: not here.
        var recorded = await Task.Run(() => journal.Record(ballot, asked.ClosesAt, isFor), cancellationToken).ConfigureAwait(false);
        if (recorded != isFor)
        {
            throw new InvalidOperationException($"Node {_setup.Id} has voted {(recorded ? "for" : "against")} in the ballot {ballot}, and may not vote otherwise.");
        }

        Tell(asked, isFor);
    }

    /// <summary>Waits until it is known what came of a ballot; that is so at the latest when it closes.</summary>
    /// <exception cref="ArgumentException">The ballot is not known here.</exception>
    /// <exception cref="ObjectDisposedException">The node has ended.</exception>
    public async ValueTask<BallotStatus> WaitAsync(Digest ballot, CancellationToken cancellationToken = default)
    {
        var events = _events.Subscribe(cancellationToken);
        var status = Find(ballot) ?? throw new ArgumentException($"The ballot {ballot} is not known here.", nameof(ballot));
        if (status.Outcome != BallotOutcome.Open)
        {
            return status;
        }

        await foreach (var happening in events.ConfigureAwait(false))
        {
            switch (happening)
            {
                case BallotClosed closed when closed.Status.Ballot.Id == ballot:
                    return closed.Status;
                case SwarmEventsLost when Find(ballot) is { Outcome: not BallotOutcome.Open } missed:
                    return missed;
                default:
                    break;
            }
        }

        throw new ObjectDisposedException(nameof(SwarmNode));
    }

    /// <summary>A ballot is known: if this node has voted in it before it started again, it says so.</summary>
    internal void OnOpened(Ballot ballot)
    {
        if (ballot.PlaceOf(_setup.Id) >= 0 && _setup.Votes?.Find(ballot.Id) is { } isFor)
        {
            Tell(ballot, isFor);
        }
    }

    private void Tell(Ballot ballot, bool isFor)
    {
        var signature = ballot.Sign(_setup.Swarm, isFor, _setup.Signer);
        _loop.Call((core, now, effects) => core.Ballots.Cast(now, ballot.Id, isFor, signature, effects));
    }
}
