using System.Net;

namespace Consensus.Transport;

/// <summary>Finds where one peer is at this moment: in the address book, else by the resolver, else by the membership's address.</summary>
/// <remarks>One caller at a time.</remarks>
internal sealed class PeerFinder
{
    private readonly TcpServices _services;
    private readonly Member _peer;
    private Task<(IReadOnlyList<EndPoint>? Answer, Exception? Failure)>? _asked;

    public PeerFinder(TcpServices services, Member peer)
    {
        _services = services;
        _peer = peer;
    }

    /// <summary>Finds the peer.</summary>
    /// <returns>Who says it, and one end point or more, with ports.</returns>
    /// <exception cref="ConnectFailedException">Nobody knows, or the answer is none.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<(PeerSource Source, IReadOnlyList<EndPoint> EndPoints)> FindAsync(CancellationToken cancellationToken)
    {
        if (_services.Options.AddressBook.TryFind(_peer.Id, out var entry))
        {
            return (PeerSource.AddressBook, entry);
        }

        if (_services.Resolver is { } resolver)
        {
            return (PeerSource.Resolver, await AskAsync(resolver, cancellationToken).ConfigureAwait(false));
        }

        return PeerAddress.TryParse(_peer.Address, out var endPoint)
            ? (PeerSource.Membership, [endPoint])
            : throw new ConnectFailedException($"The address '{_peer.Address}' is not of the form host:port, with a port from 1 to 65535.");
    }

    private async Task<IReadOnlyList<EndPoint>> AskAsync(IPeerResolver resolver, CancellationToken cancellationToken)
    {
        if (_asked is { IsCompleted: false } earlier)
        {
            // It does not care for its token. If it were asked again at each attempt, it would have the whole thread pool in the end.
            await earlier.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        // It may block its thread, and the caller may be the replica's loop, which has just learnt of the peer.
        _asked = Detached.RunAsync<IReadOnlyList<EndPoint>>(
            async () => [.. await resolver.ResolveAsync(_peer.Id, _peer.Address, cancellationToken).ConfigureAwait(false) ?? []]);
        var (answer, failure) = await _asked.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (failure is not null)
        {
            throw new ConnectFailedException($"The peer resolver failed ({failure.GetType().Name}).", failure)
            {
                ForLog = $"The peer resolver failed ({failure.GetType().Name}: {failure.Message}).",
            };
        }

        if (answer is null or [])
        {
            throw new ConnectFailedException("The peer resolver found no end point.");
        }

        foreach (var endPoint in answer)
        {
            if (PeerAddress.FindDefect(endPoint) is { } defect)
            {
                throw new ConnectFailedException($"The answer of the peer resolver cannot be used: the end point '{PeerAddress.Format(endPoint)}' {defect}.");
            }
        }

        return answer;
    }
}
