using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Simulation.Adversaries;

/// <summary>
/// A Byzantine replica that uses the sessions of others: in its own batches, which it signs as anybody does, there are commands of its own under the numbers of requests that it has been told of, before those
/// have been ordered. In sessions without a key whichever is ordered first counts; in those with one it is nobody's.
/// </summary>
/// <remarks>It knows as many ways as there are to come by a signature without the key: to leave it out, to make one up, to take that of the owner's command, and to sign with its own key.</remarks>
/// <param name="kind">Whose numbers it uses: those of <see cref="CommandKind.SignedCommand"/>s or of others.</param>
internal sealed class UsurpingAdversary(CommandKind kind) : IAdversary
{
    private const int WaysCount = 4;
    private const int SeenMax = 8;

    private readonly List<byte[]> _seen = [];
    private readonly Dictionary<ulong, CommandBatch> _batches = [];

    /// <summary>How many commands it has put under the numbers of others.</summary>
    public int Usurped { get; private set; }

    /// <inheritdoc/>
    public void OnReceiving(CorruptReplica replica, InterceptedMessage message)
    {
        if (message.Message is not Submit submit)
        {
            return;
        }

        foreach (var command in submit.Batch.Commands)
        {
            if (CommandEnvelope.TryRead(command.Span, out var envelope) && envelope.Kind == kind && _seen.Count < SeenMax)
            {
                _seen.Add(command.ToArray());
            }
        }
    }

    /// <inheritdoc/>
    public void OnSending(CorruptReplica replica, InterceptedMessage message)
    {
        if (message.Message is not Submit submit || submit.Batch.Origin != replica.Id)
        {
            replica.Pass(message);
            return;
        }

        // The same to everybody: two batches of one number would be evidence.
        if (!_batches.TryGetValue(submit.Batch.Number, out var batch))
        {
            ReadOnlyMemory<byte>[] commands = [.. submit.Batch.Commands, .. _seen.Select(command => Usurping(replica, command))];
            batch = SignedBy(replica, submit.Batch, commands);
            _batches.Add(batch.Number, batch);
            _seen.Clear();
        }

        replica.Send(message.To, submit with { Batch = batch });
    }

    private static CommandBatch SignedBy(CorruptReplica replica, CommandBatch like, ReadOnlyMemory<byte>[] commands)
    {
        var batch = new CommandBatch(like.Origin, like.Number, commands);
        var signature = replica.Sign(StatementKind.CommandBatch, ViewNumber.Zero, new SequenceNumber(batch.Number), batch.Digest);
        return new CommandBatch(like.Origin, like.Number, commands, signature);
    }

    /// <summary>Another command with the same number, which acknowledges all that is below the number: what its session could come to harm by.</summary>
    private ReadOnlyMemory<byte> Usurping(CorruptReplica replica, byte[] command)
    {
        Usurped++;
        CommandEnvelope.TryRead(command, out var envelope);
        byte[] body = [.. envelope.Body, (byte)replica.Random.NextUInt64()];
        if (envelope.Kind == CommandKind.Command)
        {
            return Envelope(CommandKind.Command, envelope.Request, [], body);
        }

        var signature = new byte[Signature.Size];
        switch (replica.Random.NextBelow(WaysCount))
        {
            case 0:
                return Envelope(CommandKind.Command, envelope.Request, [], body);
            case 1:
                replica.NextDigest().CopyTo(signature);
                break;
            case 2:
                envelope.Signature.CopyTo(signature);
                break;
            default:
                RequestStatement.Of(replica.Identity.Cluster, envelope.Request, envelope.Request.Sequence, Blake3.Hash(body)).Sign(replica.Signer).CopyTo(signature);
                break;
        }

        return Envelope(CommandKind.SignedCommand, envelope.Request, signature, body);
    }

    private static byte[] Envelope(CommandKind kind, RequestId request, ReadOnlySpan<byte> signature, ReadOnlySpan<byte> body)
    {
        var payload = new byte[CommandEnvelope.HeaderSize + signature.Length + body.Length];
        CommandEnvelope.WriteHeader(payload, kind, request, request.Sequence);
        signature.CopyTo(payload.AsSpan(CommandEnvelope.HeaderSize));
        body.CopyTo(payload.AsSpan(CommandEnvelope.HeaderSize + signature.Length));
        return payload;
    }
}
