using System.Text;
using Consensus.Client.Events;

namespace Consensus.Client.Tests.Events;

public sealed class ServerSentEventTests
{
    [Test]
    public async Task Events_are_read_whatever_the_pieces_are_that_they_arrive_in([Values(1, 2, 3, 7, 1000)] int piece)
    {
        var (events, id) = await ReadAsync("\uFEFFid: 1\nevent: status\ndata: {\ndata:}\n\n:\n\nretry: 9\ndata: two\r\n\r\nevent: empty\n\nid\ndata\n\ndata: cut off", piece);

        Assert.That(events, Is.EqualTo([("status", "{\n}", "1"), ("message", "two", "1"), ("message", "", "")]));
        Assert.That(id, Is.Empty);
    }

    [Test]
    public async Task An_id_stays_until_there_is_another_and_holds_no_byte_0()
    {
        var (events, _) = await ReadAsync("id: a\ndata: 1\n\ndata: 2\n\nid: x\0\ndata: 3\n\n", 5);

        Assert.That(events.Select(received => received.Id), Is.EqualTo(["a", "a", "a"]));
    }

    [TestCase("data: 0123456789012345678901234567890123456789\n\n")]
    [TestCase("data: 0123456789\ndata: 0123456789\ndata: 0123456789\ndata: 0123456789\n\n")]
    public async Task An_event_that_does_not_end_is_an_error(string text) =>
        await Assert.ThatAsync(() => ReadAsync(text, 8, bytesMax: 32), Throws.TypeOf<InvalidDataException>());

    private static async Task<(List<(string Name, string Data, string Id)> Events, string LastId)> ReadAsync(string text, int piece, int bytesMax = 1024)
    {
        await using var reader = new ServerSentEventReader(new PieceStream(Encoding.UTF8.GetBytes(text), piece), bytesMax);
        var events = new List<(string Name, string Data, string Id)>();
        while (await reader.ReadAsync(() => { }, CancellationToken.None) is { } received)
        {
            events.Add((received.Name, Encoding.UTF8.GetString(received.Data), reader.LastId));
        }

        return (events, reader.LastId);
    }

    private sealed class PieceStream(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(piece, buffer.Length)]);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
