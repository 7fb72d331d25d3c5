namespace Consensus.Engine;

/// <summary>
/// The session in which a replica numbers the commands of those of its callers that keep none. Opened when the first command needs it,
/// and again after the group has closed it. Used by the loop, except <see cref="IsAnswer"/>.
/// </summary>
internal sealed class OwnSession(NodeId self, TimeSpan retryInterval, DeterministicRandom nonces)
{
    private readonly byte[] _request = new byte[CommandEnvelope.HeaderSize];
    private ulong _nonce;
    private Ticks _askedAt = Ticks.Never;

    /// <summary>The session; <see cref="ClientId.None"/> while there is none.</summary>
    public ClientId Client { get; private set; }

    public bool IsOpen => Client != ClientId.None;

    /// <summary>Whether a session was opened for this replica in this run. Called on the applier's thread.</summary>
    public bool IsAnswer(RequestId request) => request == new RequestId(new ClientId(self.Value), Volatile.Read(ref _nonce));

    /// <summary>Asks for a session, unless it was asked for a short while ago.</summary>
    public bool TryAsk(Ticks now, out Proposal proposal)
    {
        proposal = default;
        if (_askedAt != Ticks.Never && now < _askedAt + retryInterval)
        {
            return false;
        }

        if (_nonce == 0)
        {
            // Asked for again with the same number: the first session that opens is taken, a second one is left to expire.
            Volatile.Write(ref _nonce, nonces.NextUInt64() | 1);
        }

        _askedAt = now;
        CommandEnvelope.WriteHeader(_request, CommandKind.OpenSession, new RequestId(new ClientId(self.Value), _nonce), 0);
        proposal = new Proposal(Tickets.Of(TicketKind.OpenSession, _nonce), _request);
        return true;
    }

    /// <summary>What was asked is lost: it may be asked again.</summary>
    public void Forget() => _askedAt = Ticks.Never;

    /// <summary>A session is open.</summary>
    public void OnOpened(ClientId client)
    {
        if (!IsOpen)
        {
            Client = client;
        }
    }

    /// <summary>The group has closed a session of this replica.</summary>
    public void OnLost(ClientId client)
    {
        if (client == Client)
        {
            Client = ClientId.None;
            Volatile.Write(ref _nonce, 0);
            Forget();
        }
    }
}
