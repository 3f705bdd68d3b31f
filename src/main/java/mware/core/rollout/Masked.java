package mware.core.rollout;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import java.io.IOException;
import mware.core.config.Masks;
import mware.core.store.Packed;

/** A large configuration that is unpacked, and its secrets masked, only while it is written out. */
record Masked(Packed content) implements JsonSerializable {

    @Override
    public void serialize(JsonGenerator to, SerializerProvider provider) throws IOException {
        provider.defaultSerializeValue(Masks.mask(content.unpack()), to);
    }

    @Override
    public void serializeWithType(JsonGenerator to, SerializerProvider provider, TypeSerializer type)
            throws IOException {
        serialize(to, provider);
    }

    @Override
    public String toString() {
        return content.toString();
    }
}
