using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Replication.Sessions;

namespace Consensus.Replication.Tests.Sessions;

/// <summary>A sessioned counting machine and the log that it has applied.</summary>
internal sealed class SessionedReplica
{
    public static readonly ClusterId Cluster = new(new Guid("6f1f4f0e-93a7-4be5-8a7d-3e7c1d7b2a11"));
    public static readonly SimulatedKeyRegistry Keys = new(1);

    private readonly SessionOptions _options;

    public SessionedReplica(int sessionsMax = 100)
        : this(new SessionOptions { SessionsMax = sessionsMax })
    {
    }

    public SessionedReplica(SessionOptions options)
        : this(options, Keys, rememberedMax: 64)
    {
    }

    public SessionedReplica(SessionOptions options, ISignatureVerifier verifier, int rememberedMax)
    {
        _options = options;
        Machine = new CountingMachine();
        State = new SessionedStateMachine(Machine, options, new ClientSignatures(Cluster, verifier, rememberedMax));
    }

    public CountingMachine Machine { get; }

    public SessionedStateMachine State { get; }

    public ulong Index { get; set; }

    public static byte[] Payload(CommandKind kind, ClientId client, ulong sequence, ulong acknowledgedBelow, ReadOnlySpan<byte> body)
    {
        var payload = new byte[CommandEnvelope.HeaderSize + body.Length];
        CommandEnvelope.WriteHeader(payload, kind, new RequestId(client, sequence), acknowledgedBelow);
        body.CopyTo(payload.AsSpan(CommandEnvelope.HeaderSize));
        return payload;
    }

    public ClientId Open()
    {
        var opened = Apply(Payload(CommandKind.OpenSession, new ClientId(7), 1, 0, default));
        Assert.That(opened.Outcome, Is.EqualTo(CommandOutcome.SessionOpened));
        return new ClientId(opened.Index.Value);
    }

    /// <summary>Applies a command; the result is the caller's own.</summary>
    public AppliedCommand Do(ClientId client, ulong sequence, string body = "c", ulong acknowledgedBelow = 0) =>
        Apply(Payload(CommandKind.Command, client, sequence, acknowledgedBelow, System.Text.Encoding.ASCII.GetBytes(body)));

    /// <summary>Opens a session with a key.</summary>
    public ClientId Open(RequestSigner owner)
    {
        var opened = Apply(Payload(CommandKind.OpenSessionWithKey, new ClientId(7), 1, 0, owner.PublicKey.Span));
        Assert.That(opened.Outcome, Is.EqualTo(CommandOutcome.SessionOpened));
        return new ClientId(opened.Index.Value);
    }

    /// <summary>Applies a command that somebody has signed.</summary>
    public AppliedCommand Do(RequestSigner signer, ClientId client, ulong sequence, string body = "c", ulong acknowledgedBelow = 0) =>
        Apply(Signed(signer, client, sequence, body, acknowledgedBelow));

    public static byte[] Signed(RequestSigner signer, ClientId client, ulong sequence, string body = "c", ulong acknowledgedBelow = 0)
    {
        var command = System.Text.Encoding.ASCII.GetBytes(body);
        var options = signer.Sign(new ProposeOptions(Request: new RequestId(client, sequence), AcknowledgedBelow: acknowledgedBelow), command);
        return Payload(CommandKind.SignedCommand, client, sequence, acknowledgedBelow, [.. options.Signature.Span, .. command]);
    }

    public AppliedCommand Apply(byte[] payload)
    {
        var entry = new LogEntry(new LogIndex(++Index), new Term(1), EntryKind.Command, default, payload, default);
        var applied = State.Apply(entry);
        return applied with { Result = applied.Result.ToArray() };
    }

    public byte[] Snapshot()
    {
        using var captured = State.CaptureSnapshot();
        using var stream = new MemoryStream();
        captured.WriteTo(stream);
        return stream.ToArray();
    }

    /// <summary>Another replica with the same settings, which has begun with a snapshot of this one.</summary>
    public SessionedReplica Restored()
    {
        var other = new SessionedReplica(_options) { Index = Index };
        other.State.Restore(new MemoryStream(Snapshot()));
        return other;
    }
}
