using System.Net;

namespace Consensus.Transport;

/// <summary>What has gone wrong at the end points of one attempt to connect.</summary>
/// <param name="address">The membership's address, which need not be named.</param>
internal sealed class DialFailures(string address)
{
    private readonly List<string> _sentences = [];
    private readonly List<string> _sentencesForLog = [];
    private int _skipped;

    /// <summary>Whether as many have failed as are tried at one attempt.</summary>
    public bool IsEnough => _sentences.Count >= AddressBook.EndPointsMax;

    /// <summary>An end point has failed.</summary>
    public void Add(EndPoint endPoint, ConnectFailedException failure)
    {
        var name = PeerAddress.Format(endPoint);
        var prefix = name == address ? "" : $"{name}: ";
        _sentences.Add(prefix + failure.Message);
        _sentencesForLog.Add(prefix + failure.ForLog);
    }

    /// <summary>An end point is not tried.</summary>
    public void Skip() => _skipped++;

    /// <summary>The failure of the whole attempt.</summary>
    public ConnectFailedException ToException() => new(Join(_sentences)) { ForLog = Join(_sentencesForLog) };

    private string Join(List<string> sentences) =>
        string.Join(' ', _skipped == 0 ? sentences : [.. sentences, $"Further {_skipped} were not tried at this attempt."]);
}
