namespace Expand.Phones;

/// <summary>ITU-T G.711: 16 bits to 8.</summary>
internal static class G711
{
    public static byte MuLaw(short sample)
    {
        const int Bias = 0x84, Clip = 32635;
        var sign = sample < 0 ? 0x80 : 0;
        var magnitude = Math.Min(Math.Abs((int)sample), Clip) + Bias;
        var exponent = 7;
        for (var mask = 0x4000; (magnitude & mask) == 0 && exponent > 0; mask >>= 1) exponent--;
        return (byte)~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0F));
    }

    public static byte ALaw(short sample)
    {
        var sign = sample >= 0 ? 0x80 : 0;
        var magnitude = Math.Min(sample >= 0 ? sample : -sample - 1, 32767) >> 3;
        var exponent = 0;
        while (exponent < 7 && magnitude >= 32 << exponent) exponent++;
        var mantissa = exponent == 0 ? (magnitude >> 1) & 0x0F : (magnitude >> exponent) & 0x0F;
        return (byte)((sign | (exponent << 4) | mantissa) ^ 0x55);
    }
}
