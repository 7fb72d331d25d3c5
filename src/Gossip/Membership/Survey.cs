using Consensus.Engine;
using Consensus.Gossip.Node;

namespace Consensus.Gossip.Membership;

/// <summary>
/// When many do not answer at once, asks many members at once, twice, the dead among them: how many still answer says within two round trips on which side of a partition this node is, long before all that are out of reach are dead. While it is with the minority, this is also how it finds
/// the others again.
/// </summary>
internal sealed class Survey(Roster roster, Prober prober, MembershipOptions options, DeterministicRandom random)
{
    private readonly List<NodeId> _asked = [];
    private Ticks _start;
    private Ticks _deadline = Ticks.Never;
    private Ticks _notBefore = Ticks.Zero;
    private Ticks _resultUntil = new(long.MinValue);
    private int _population;
    private int _result;
    private bool _isSecond;

    /// <summary>When it has something to do.</summary>
    /// <param name="watch">Who says on which side this node is.</param>
    public Ticks NextDeadline(PartitionWatch watch) => _deadline != Ticks.Never ? _deadline : IsNeeded(watch) ? _notBefore : Ticks.Never;

    /// <summary>How many answered, if that was of late.</summary>
    public int? Result(Ticks now) => now <= _resultUntil ? _result : null;

    /// <summary>This node was asleep: who has not answered may have.</summary>
    public void Abandon() => _deadline = Ticks.Never;

    /// <summary>Time has passed, or somebody is suspected.</summary>
    public void OnTime(Ticks now, PartitionWatch watch, GossipEffects effects)
    {
        if (_deadline <= now)
        {
            var silent = _asked.FindAll(id => roster.Table.Find(id) is not { } entry || entry.HeardAt < _start);
            if (silent.Count > 0 && !_isSecond)
            {
                _isSecond = true;
                Ask(now, silent, effects);
            }
            else
            {
                _deadline = Ticks.Never;
                _result = 1 + ((_asked.Count - silent.Count) * _population / _asked.Count);
                _resultUntil = now + (options.SurveyInterval * 2);
            }
        }
        else if (_deadline == Ticks.Never && _notBefore <= now && IsNeeded(watch))
        {
            Begin(now, effects);
        }
    }

    private bool IsNeeded(PartitionWatch watch)
    {
        var (suspects, others) = (roster.Table.Suspects, roster.Table.Live.Count + roster.Table.Dead.Count);
        return others > 0 && (watch.Side == SwarmSide.Minority || suspects >= Math.Max(2, roster.Size / 10) || (suspects > 0 && roster.Size - suspects <= watch.FullSize / 2));
    }

    private void Begin(Ticks now, GossipEffects effects)
    {
        NodeId[] members = [.. roster.Table.Live.Concat(roster.Table.Dead).Select(entry => entry.Id)];
        _population = members.Length;
        _asked.Clear();
        for (var i = 0; i < Math.Min(options.SurveyPeersMax, members.Length); i++)
        {
            var drawn = i + (int)random.NextBelow((ulong)(members.Length - i));
            (members[i], members[drawn]) = (members[drawn], members[i]);
            _asked.Add(members[i]);
        }

        (_start, _notBefore, _isSecond) = (now, now + options.SurveyInterval, false);
        Ask(now, _asked, effects);
    }

    private void Ask(Ticks now, List<NodeId> members, GossipEffects effects)
    {
        foreach (var member in members)
        {
            prober.AskOnly(now, member, effects);
        }

        _deadline = now + options.ProbeTimeout;
    }
}
