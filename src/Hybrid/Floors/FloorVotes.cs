using Consensus.Cryptography;

namespace Consensus.Hybrid;

/// <summary>
/// What members say they have applied, until so many say the same of one place that it is a floor. Of each member the last few places are kept, so that a liar fills nothing but its own share. Whoever says two things of one place
/// is not convicted: memory that went bad and was repaired may do that.
/// </summary>
/// <param name="epoch">The epoch.</param>
internal sealed class FloorVotes(KnownEpoch epoch)
{
    private const int PlacesOfMember = 8;

    private readonly Dictionary<LogIndex, (VoteCollector Votes, Dictionary<Digest, FloorContent> Contents)> _places = [];
    private readonly Dictionary<NodeId, Queue<LogIndex>> _ofMember = [];

    /// <summary>How many places there are votes for.</summary>
    public int Count => _places.Count;

    /// <summary>Counts what a member says.</summary>
    /// <param name="member">The member.</param>
    /// <param name="content">What it says.</param>
    /// <param name="signature">Its signature.</param>
    /// <returns>The floor, once this vote has made it one.</returns>
    public FloorCertificate? Add(NodeId member, in FloorContent content, in Signature signature)
    {
        var index = content.Position.Index;
        if (!_places.TryGetValue(index, out var place))
        {
            place = (new VoteCollector(epoch.Verifier, StatementKind.Floor, default, content.Place, epoch.Descriptor.Members.Quorum), []);
        }

        var hash = content.Hash;
        var result = place.Votes.Add(member, hash, signature, out _);
        if (result is not (VoteResult.Counted or VoteResult.Completed))
        {
            return null;
        }

        place.Contents.TryAdd(hash, content);
        _places[index] = place;
        Remember(member, index);
        return result == VoteResult.Completed ? new FloorCertificate(place.Contents[place.Votes.Certificate!.Statement.Hash], place.Votes.Certificate) : null;
    }

    /// <summary>Nothing is counted any more up to an entry.</summary>
    public void ForgetUpTo(LogIndex index)
    {
        foreach (var place in _places.Keys.Where(place => place <= index).ToArray())
        {
            _places.Remove(place);
        }
    }

    private void Remember(NodeId member, LogIndex index)
    {
        if (!_ofMember.TryGetValue(member, out var places))
        {
            _ofMember.Add(member, places = []);
        }

        places.Enqueue(index);
        if (places.Count > PlacesOfMember && places.Dequeue() is var oldest && !_ofMember.Values.Any(others => others.Contains(oldest)))
        {
            _places.Remove(oldest);
        }
    }
}
