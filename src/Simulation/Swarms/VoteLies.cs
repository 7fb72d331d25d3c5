using Consensus.Engine;

namespace Consensus.Simulation.Swarms;

/// <summary>
/// What those do who lie in a vote by quorum. All of them together, and as seldom or often as they like: each round they may show any honest agent any votes of theirs. They cannot sign for others, and pass on nobody else's vote.
/// </summary>
internal sealed class VoteLies
{
    private readonly Kind _kind;
    private readonly bool _fewer;
    private readonly int _from;
    private readonly int _until;
    private readonly int _honest;
    private readonly int[] _voters;
    private readonly bool[] _isShownFor;

    /// <summary>Draws what they do.</summary>
    /// <param name="random">Draws.</param>
    /// <param name="honest">How many agents do not lie.</param>
    /// <param name="voters">The places of those voters that do.</param>
    /// <param name="fewer">What fewer of the honest ones vote for.</param>
    /// <param name="settleRounds">For how long who has a quorum waits.</param>
    public VoteLies(DeterministicRandom random, int honest, int[] voters, bool fewer, int settleRounds)
    {
        _kind = (Kind)random.NextBelow((ulong)Enum.GetValues<Kind>().Length);
        _fewer = fewer;
        _honest = honest;
        _voters = voters;
        _from = 1 + (int)random.NextBelow((ulong)settleRounds);
        _until = _from + (int)random.NextBelow(2 * (ulong)settleRounds);
        _isShownFor = new bool[honest];
        for (var agent = 0; agent < honest; agent++)
        {
            _isShownFor[agent] = random.NextBelow(2) == 0;
        }
    }

    private enum Kind
    {
        /// <summary>They vote for nothing.</summary>
        Silence,

        /// <summary>They vote for what fewer want.</summary>
        Oppose,

        /// <summary>They show half of the others one vote, and the other half the other.</summary>
        Split,

        /// <summary>The same, beginning when some may have a quorum.</summary>
        LateSplit,

        /// <summary>They show one agent what fewer want, and some rounds later another one the other.</summary>
        Hunt,
    }

    /// <summary>Whether they do nothing new after a round.</summary>
    public bool AreDone(int round) => round > _until;

    /// <summary>They show what they like.</summary>
    /// <param name="book">Takes what honest agents see.</param>
    /// <param name="round">Which round it is.</param>
    public void Act(VoteBook book, int round)
    {
        switch (_kind)
        {
            case Kind.Oppose:
                ShowAll(book, _ => _fewer);
                break;
            case Kind.Split:
            case Kind.LateSplit when round >= _from:
                ShowAll(book, agent => _isShownFor[agent]);
                break;
            case Kind.Hunt when round >= _from:
                Show(book, 0, _fewer);
                if (round >= _until)
                {
                    Show(book, _honest - 1, !_fewer);
                }

                break;
            default:
                break;
        }
    }

    private void ShowAll(VoteBook book, Func<int, bool> voteFor)
    {
        for (var agent = 0; agent < _honest; agent++)
        {
            Show(book, agent, voteFor(agent));
        }
    }

    private void Show(VoteBook book, int agent, bool vote)
    {
        foreach (var voter in _voters)
        {
            book.See(agent, voter, vote);
        }
    }
}
