namespace Consensus.Engine.Tests;

/// <summary>Bytes that are almost, or not at all, what a decoder expects.</summary>
internal static class Fuzz
{
    public static byte[] Mutate(byte[] valid, Random random)
    {
        if (random.Next(4) == 0)
        {
            var noise = new byte[random.Next(2 * valid.Length + 2)];
            random.NextBytes(noise);
            return noise;
        }

        var bytes = valid.ToList();
        for (var edits = random.Next(1, 4); edits > 0; edits--)
        {
            var position = random.Next(bytes.Count + 1);
            switch (random.Next(4))
            {
                case 0:
                    bytes.Insert(position, (byte)random.Next(256));
                    break;
                case 1 when position < bytes.Count:
                    bytes.RemoveAt(position);
                    break;
                case 2 when position < bytes.Count:
                    bytes.RemoveRange(position, bytes.Count - position);
                    break;
                case 3 when position < bytes.Count:
                    bytes[position] ^= (byte)(1 << random.Next(8));
                    break;
            }
        }

        return [.. bytes];
    }
}
