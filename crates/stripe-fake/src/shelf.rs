//! Bounded storage: objects by id, in the order in which they were made.

use std::collections::{BTreeMap, HashMap};

/// Most objects of a kind that are kept; the oldest makes room for a new one, so that a rehearsal can run for weeks.
const MOST: usize = 10_000;

/// Objects of one kind.
#[derive(Debug)]
pub struct Shelf<T> {
    rows: BTreeMap<u64, (String, T)>,
    places: HashMap<String, u64>,
    next: u64,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), places: HashMap::new(), next: 0 }
    }
}

impl<T> Shelf<T> {
    /// Stores an object; one of the same id is replaced.
    pub fn put(&mut self, id: &str, object: T) {
        self.remove(id);
        if self.rows.len() >= MOST
            && let Some((_, (oldest, _))) = self.rows.pop_first()
        {
            self.places.remove(&oldest);
        }
        self.places.insert(id.to_owned(), self.next);
        self.rows.insert(self.next, (id.to_owned(), object));
        self.next += 1;
    }

    /// The object of this id.
    pub fn get(&self, id: &str) -> Option<&T> {
        self.rows.get(self.places.get(id)?).map(|(_, object)| object)
    }

    /// The object of this id, to be changed.
    pub fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.rows.get_mut(self.places.get(id)?).map(|(_, object)| object)
    }

    /// Takes an object away.
    pub fn remove(&mut self, id: &str) -> Option<T> {
        let place = self.places.remove(id)?;
        self.rows.remove(&place).map(|(_, object)| object)
    }

    /// Keeps only what fits.
    pub fn retain(&mut self, fits: impl Fn(&T) -> bool) {
        self.rows.retain(|_, (_, object)| fits(object));
        let rows = &self.rows;
        self.places.retain(|_, place| rows.contains_key(place));
    }

    /// Oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &T)> {
        self.rows.values().map(|(id, object)| (id.as_str(), object))
    }

    /// Ids of the objects that fit, oldest first.
    pub fn ids(&self, fits: impl Fn(&T) -> bool) -> Vec<String> {
        self.iter().filter(|(_, object)| fits(object)).map(|(id, _)| id.to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_makes_room_and_its_id_is_forgotten() {
        let mut shelf = Shelf::default();
        for number in 0..=MOST {
            shelf.put(&number.to_string(), number);
        }
        assert_eq!(shelf.get("0"), None);
        assert_eq!(shelf.iter().next(), Some(("1", &1)));
        assert_eq!(shelf.iter().count(), MOST);
        shelf.retain(|number| number % 2 == 0);
        assert_eq!((shelf.get("1"), shelf.get("2")), (None, Some(&2)));
    }
}
